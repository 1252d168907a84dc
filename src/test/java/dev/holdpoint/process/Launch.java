package dev.holdpoint.process;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a process is started with. Starting twice from one launch is a restart on the same data. */
final class Launch {

    /** How long a start may take, or a refusal to. */
    static final int START_SECONDS = 30;

    private static final int REFUSE_SECONDS = 10;
    static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> before = new ArrayList<>();
    private final List<String> javaOptions = new ArrayList<>();
    private int starts;

    /** @param folder the working directory of the process, and the place of its data */
    Launch(Path folder) {
        this.folder = folder;
        set("HOLDPOINT_DATA_DIR", folder.resolve("data").toString());
        set("HOLDPOINT_PORT", Integer.toString(freePort()));
        set("HOLDPOINT_SANDBOX", "bubblewrap");
    }

    static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Launch set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** On this database instead of a file of its own. */
    Launch on(PostgresServer database) {
        return set("HOLDPOINT_DATABASE_URL", database.url())
                .set("HOLDPOINT_DATABASE_USER", database.user())
                .set("HOLDPOINT_DATABASE_PASSWORD", database.password());
    }

    Launch unset(String key) {
        settings.remove(key);
        return this;
    }

    Launch dotEnv(String text) {
        try {
            Files.writeString(folder.resolve(".env"), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Launch javaOption(String option) {
        javaOptions.add(option);
        return this;
    }

    /** Ready sooner, and slower afterwards: for tests that start it often. */
    Launch quick() {
        return javaOption("-XX:TieredStopAtLevel=1").javaOption("-XX:+UseSerialGC");
    }

    /** With its journal in this store. */
    Launch on(Store store) {
        return switch (store) {
            case SQLITE -> this;
            case POSTGRESQL -> on(Postgres.shared().newDatabase());
        };
    }

    /** With its commands in containers of the engine and image that deploy/engine makes ready, if no others are named. */
    Launch inDocker() {
        String host = System.getenv("DOCKER_HOST");
        if (host != null) {
            set("DOCKER_HOST", host);
        }
        return set("HOLDPOINT_SANDBOX", "docker")
                .set("DOCKER_IMAGE", System.getenv().getOrDefault("DOCKER_IMAGE", "holdpoint-test:latest"));
    }

    /** In a mount namespace in which this file is one that can't be run. */
    Launch without(String program) {
        before.addAll(List.of("bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", program, "--die-with-parent"));
        return this;
    }

    Path data() {
        return Path.of(settings.getOrDefault("HOLDPOINT_DATA_DIR", ""));
    }

    /** Starts it, and waits until it serves. */
    Service start() {
        return begin().awaitLive();
    }

    /** Starts it, and leaves it to the caller to wait. */
    Service begin() {
        Path out = log("out");
        return new Service(
                process(out, log("err")), Integer.parseInt(settings.getOrDefault("HOLDPOINT_PORT", "8002")), out);
    }

    /** What became of a process that should not start. */
    record Ended(int exitCode, List<String> errors, String output) {}

    /** Starts it, and waits until it has ended by itself. */
    Ended refuse() {
        Path out = log("out");
        Path err = log("err");
        Process process = process(out, err);
        try {
            if (!process.waitFor(REFUSE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + REFUSE_SECONDS + " s: " + Files.readString(out));
            }
            return new Ended(process.exitValue(), Files.readAllLines(err), Files.readString(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Path log(String name) {
        return folder.resolve(name + "-" + starts + ".log");
    }

    private Process process(Path out, Path err) {
        starts++;
        List<String> line = new ArrayList<>(before);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("--enable-native-access=ALL-UNNAMED");
        line.addAll(javaOptions);
        line.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(Launch::isOurs);
        builder.environment().putAll(settings);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody's own settings belong in a test. */
    private static boolean isOurs(String name) {
        return name.startsWith("HOLDPOINT_")
                || name.startsWith("ZHIPUAI_")
                || name.startsWith("LANGFUSE_")
                || name.startsWith("DOCKER_")
                || name.equals("WORKSPACE_ROOT")
                || name.equals("SHARED_DIR");
    }
}
