package dev.holdpoint.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** What can be known to be wrong before anything is started. */
final class StartCheck {

    private StartCheck() {}

    /** One line for each problem; empty when the service can start. */
    static List<String> problems(Config config) {
        List<String> problems = new ArrayList<>(unknown(config));
        try {
            Settings settings = Settings.read(key -> config.getOptionalValue(key, String.class));
            folder("HOLDPOINT_DATA_DIR", settings.dataDir(), problems);
            folder("WORKSPACE_ROOT", settings.sandbox().workspaceRoot(), problems);
            if (problems.isEmpty()) {
                port(config, problems);
            }
        } catch (Settings.Wrong e) {
            problems.addAll(String.valueOf(e.getMessage()).lines().toList());
        }
        return problems;
    }

    private static List<String> unknown(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("HOLDPOINT_") && !Settings.NAMES.contains(name))
                .sorted()
                .map(name -> name + ": there is no such setting; .env.example lists them all.")
                .toList();
    }

    private static void folder(String key, Path folder, List<String> problems) {
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                problems.add(key + ": the folder can't be written to by this user.");
            }
        } catch (IOException | UnsupportedOperationException e) {
            problems.add(key + ": the folder can't be made or isn't a folder.");
        }
    }

    private static void port(Config config, List<String> problems) {
        String host = config.getOptionalValue("HOLDPOINT_HOST", String.class).orElse("127.0.0.1");
        int port = config.getOptionalValue("HOLDPOINT_PORT", Integer.class).orElse(8002);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            problems.add(String.format(
                    Locale.ROOT,
                    "HOLDPOINT_PORT: %s:%d can't be used: %s. Choose another, or stop what uses it.",
                    host,
                    port,
                    e.getMessage()));
        }
    }
}
