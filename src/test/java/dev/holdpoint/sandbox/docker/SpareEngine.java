package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.process.OwnEngine;
import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One engine for all tests that harm theirs, or want a special one. It keeps its images and containers in memory, of which
 * there is little; it knows runtimes good and bad; and it listens on TCP too, to those with a certificate.
 */
final class SpareEngine implements AutoCloseable {

    private static final String SIZE = "size=512m,mode=711";

    private final Path folder = OwnEngine.folder("spare");
    private final Path data = folder.resolve("data");
    private final int port;
    private final OwnEngine engine;

    private SpareEngine() {
        try {
            Files.createDirectories(data);
            port = freePort();
            Certificates.make(certificates());
            Files.writeString(folder.resolve("daemon.json"), configuration());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        List<String> flags = List.of(
                "--config-file=" + folder.resolve("daemon.json"),
                "-H",
                "tcp://127.0.0.1:" + port,
                "--bridge=none",
                "--iptables=false");
        engine = new OwnEngine(folder, flags, folder.resolve("commands.log"));
        engine.stop(); // what a run that was cut short left behind
        unmount();
        run("mount", "-t", "tmpfs", "-o", SIZE, "holdpoint-spare", data.toString());
        engine.start();
    }

    /** Gives the engine to tests that ask for it by a parameter, and ends it after the last test of all. */
    static final class Extension implements ParameterResolver {

        private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(SpareEngine.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SpareEngine.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(HERE)
                    .computeIfAbsent(SpareEngine.class, type -> new SpareEngine(), SpareEngine.class);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private String configuration() throws IOException {
        return """
                {"runtimes": {
                   "runsc": {"path": "runsc", "runtimeArgs": ["--network=none"]},
                   "broken": {"path": "%s"},
                   "slow": {"path": "%s"}},
                 "tls": true, "tlsverify": true, "tlscacert": "%3$s/ca.pem",
                 "tlscert": "%3$s/server.pem", "tlskey": "%3$s/server-key.pem"}
                """.formatted(script("broken", "exit 1"), script("slow", "sleep 4; exit 1"), certificates());
    }

    private Path script(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The folder with those of the engine, and below it one folder for each kind of client. */
    Path certificates() {
        return folder.resolve("tls");
    }

    /** Where its images and containers lie. */
    Path data() {
        return data;
    }

    OwnEngine engine() {
        return engine;
    }

    URI socket() {
        return URI.create(engine.host());
    }

    URI address() {
        return URI.create("tcp://127.0.0.1:" + port);
    }

    SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared).with(b -> b.dockerHost = socket());
    }

    private void unmount() {
        while (isMounted()) {
            run("umount", "-l", data.toString());
        }
    }

    private boolean isMounted() {
        try {
            return Files.readString(Path.of("/proc/mounts")).contains(" " + data + " ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String run(String... line) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(OwnEngine.asRoot(List.of(line))))
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(printed).isZero();
            return printed;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            unmount();
        }
    }
}
