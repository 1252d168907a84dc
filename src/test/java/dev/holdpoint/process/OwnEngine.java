package dev.holdpoint.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Docker engine of the test's own, which may go away under the service without harm to anybody else. */
final class OwnEngine implements AutoCloseable {

    private static final long COMMAND_SECONDS = 300;
    private static final String OWNERS = "{{.Label \"dev.holdpoint.owner\"}} {{.Names}} {{.Status}}";

    /** Short, as sockets in it have names of bounded length; the same for each run, which keeps the image. */
    private final Path folder = Path.of(
            "/var/tmp",
            "holdpoint-chaos-"
                    + Integer.toHexString(Path.of("").toAbsolutePath().hashCode()));

    private final Path log;

    /** @param log where its commands write to */
    OwnEngine(Path log) {
        this.log = log;
    }

    String host() {
        return "unix://" + folder.resolve("docker.sock");
    }

    void start() {
        deploy("start");
    }

    void stop() {
        deploy("stop");
    }

    /** Leaves its connections open, but silent. */
    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            String pid = Files.readString(folder.resolve("dockerd.pid")).strip();
            run(asRoot(List.of("kill", name, pid)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For each container, running or not: the process that made it, its name and its state. */
    List<String> containers() {
        return run(List.of("docker", "ps", "--all", "--no-trunc", "--format", OWNERS))
                .lines()
                .toList();
    }

    @Override
    public void close() {
        for (String container :
                run(List.of("docker", "ps", "--all", "--quiet")).lines().toList()) {
            run(List.of("docker", "rm", "--force", container));
        }
        stop();
    }

    private void deploy(String command) {
        String state = "HOLDPOINT_ENGINE_DIR=" + folder;
        run(asRoot(List.of("env", state, "DOCKER_HOST=" + host(), "deploy/engine", command)));
    }

    private static List<String> asRoot(List<String> line) {
        List<String> all = new ArrayList<>(line);
        if (!"root".equals(System.getProperty("user.name"))) {
            all.addAll(0, List.of("sudo", "-n"));
        }
        return all;
    }

    private String run(List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.appendTo(file()));
        builder.environment().putAll(Map.of("DOCKER_HOST", host()));
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(line + " failed; see " + log);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private File file() {
        return log.toFile();
    }
}
