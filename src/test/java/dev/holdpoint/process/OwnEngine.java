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
public final class OwnEngine implements AutoCloseable {

    private static final long COMMAND_SECONDS = 300;
    private static final String OWNERS = "{{.Label \"dev.holdpoint.owner\"}} {{.Names}} {{.Status}}";

    private final Path folder;

    private final List<String> flags;
    private final Path log;

    /** @param log where its commands write to */
    OwnEngine(Path log) {
        this(folder("chaos"), List.of(), log);
    }

    /**
     * @param folder of its state
     * @param flags for dockerd
     * @param log where its commands write to
     */
    public OwnEngine(Path folder, List<String> flags, Path log) {
        this.folder = folder;
        this.flags = List.copyOf(flags);
        this.log = log;
    }

    /**
     * Short, as sockets in it have names of bounded length; the same for each run, which keeps the image; another one for
     * each working copy on the same machine.
     */
    public static Path folder(String name) {
        int copy = Path.of("").toAbsolutePath().hashCode();
        return Path.of("/var/tmp", "holdpoint-" + name + "-" + Integer.toHexString(copy));
    }

    public String host() {
        return "unix://" + folder.resolve("docker.sock");
    }

    public void start() {
        deploy("start");
    }

    public void stop() {
        deploy("stop");
    }

    /** Leaves its containers running, and no trace that anybody could tidy up after. */
    public void kill() {
        signal("-KILL");
    }

    /** Leaves its connections open, but silent. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
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

    /** Runs a command of Docker's own client on it. @return what it printed */
    public String docker(String... arguments) {
        List<String> line = new ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        return run(line).strip();
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
        String more = "HOLDPOINT_ENGINE_FLAGS=" + String.join(" ", flags);
        run(asRoot(List.of("env", state, more, "DOCKER_HOST=" + host(), "deploy/engine", command)));
    }

    public static List<String> asRoot(List<String> line) {
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
