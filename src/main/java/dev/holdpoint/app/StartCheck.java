package dev.holdpoint.app;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.journal.SqliteFile;
import io.quarkus.runtime.LaunchMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** What can be known to be wrong before anything is started. */
final class StartCheck {

    private final Config config;
    private final Claim claim;
    private final List<String> problems = new ArrayList<>();

    private StartCheck(Config config, Claim claim) {
        this.config = config;
        this.claim = claim;
    }

    /**
     * One line for each problem; empty when the service can start.
     *
     * @param claim gets what this process needs for itself
     */
    static List<String> problems(Config config, Claim claim) {
        StartCheck check = new StartCheck(config, claim);
        check.names();
        check.settings();
        return check.problems;
    }

    private void names() {
        StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("HOLDPOINT_") && !Settings.NAMES.contains(name))
                .sorted()
                .forEach(name -> problems.add(name + ": there is no such setting; .env.example lists them all."));
        Settings.NAMES.stream()
                .sorted()
                .filter(this::unfilled)
                .forEach(key -> problems.add(
                        key + ": holds ${…} with a name that isn't set; write \\${ for the plain characters."));
    }

    /** Such a value would silently count as not set. */
    private boolean unfilled(String key) {
        var value = config.getConfigValue(key);
        return value.getValue() == null
                && value.getRawValue() != null
                && value.getRawValue().contains("${");
    }

    private void settings() {
        try {
            Settings settings = Settings.read(key -> config.getOptionalValue(key, String.class));
            folders(settings);
            if (problems.isEmpty()) {
                claim("HOLDPOINT_DATA_DIR", settings.dataDir().resolve("lock"));
            }
            if (problems.isEmpty()) {
                database(settings);
            }
            // Reloading in development keeps the port.
            if (problems.isEmpty() && LaunchMode.current() == LaunchMode.NORMAL) {
                port();
            }
        } catch (Settings.Wrong e) {
            problems.addAll(String.valueOf(e.getMessage()).lines().toList());
        }
    }

    private void folders(Settings settings) {
        folder("HOLDPOINT_DATA_DIR", settings.dataDir());
        // What lies in the data folder by default shares its fate: one problem, one line.
        if (problems.isEmpty() || isSet("WORKSPACE_ROOT")) {
            folder("WORKSPACE_ROOT", settings.sandbox().workspaceRoot());
        }
        Path shared = settings.sandbox().sharedDir();
        if (shared != null && !Files.isDirectory(shared) && (problems.isEmpty() || isSet("SHARED_DIR"))) {
            folder("SHARED_DIR", shared);
        }
    }

    private boolean isSet(String key) {
        return config.getOptionalValue(key, String.class).isPresent();
    }

    private void folder(String key, Path folder) {
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                problems.add(key + ": must be a folder that this user can write to.");
            }
        } catch (IOException | UnsupportedOperationException e) {
            problems.add(key + ": must be a folder, or a place where one can be made.");
        }
    }

    private void database(Settings settings) {
        PostgresServer server = settings.database().server();
        if (server != null) {
            server.problem().ifPresent(problems::add);
            return;
        }
        String url = settings.database().url();
        claimDatabase(SqliteFile.of(url), settings.dataDir());
        if (problems.isEmpty()) {
            SqliteFile.problem(url).ifPresent(what -> problems.add("HOLDPOINT_DATABASE_URL: " + what));
        }
    }

    /** One process for each SQLite file, wherever that is. */
    private void claimDatabase(Path database, Path dataDir) {
        Path parent = Optional.ofNullable(database.toAbsolutePath().getParent()).orElse(dataDir);
        if (Files.isDirectory(parent) && !Files.isDirectory(database)) {
            claim("HOLDPOINT_DATABASE_URL", parent.resolve(database.getFileName() + ".lock"));
        }
    }

    private void claim(String key, Path file) {
        try {
            if (!claim.take(file)) {
                problems.add(key + ": another Holdpoint is running on it. Stop that one, or choose another place.");
            }
        } catch (IOException e) {
            problems.add(key + ": must be in a folder that this user can write to.");
        }
    }

    private void port() {
        String host = config.getValue("quarkus.http.host", String.class);
        int port = config.getValue("quarkus.http.port", Integer.class);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved() || !isLocal(address)) {
            problems.add("HOLDPOINT_HOST: must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.");
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (IOException e) {
            problems.add(String.format(
                    Locale.ROOT,
                    "HOLDPOINT_PORT: %d can't be used: %s. Choose another, or stop what uses it.",
                    port,
                    e.getMessage()));
        }
    }

    private static boolean isLocal(InetSocketAddress address) {
        try (ServerSocket anyPort = new ServerSocket()) {
            anyPort.bind(new InetSocketAddress(address.getAddress(), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
