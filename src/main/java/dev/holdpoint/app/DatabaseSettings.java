package dev.holdpoint.app;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.journal.SqliteFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the journal is.
 *
 * @param url the address, which never holds a secret
 * @param server null for an SQLite file
 * @param poolSize connections at most
 * @param timeout how long one statement may take before the store counts as unavailable
 */
record DatabaseSettings(String url, @Nullable PostgresServer server, int poolSize, Duration timeout) {

    private static final String URL = "HOLDPOINT_DATABASE_URL";
    private static final String USER = "HOLDPOINT_DATABASE_USER";
    private static final String PASSWORD = "HOLDPOINT_DATABASE_PASSWORD";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int SQLITE_POOL = 8;
    private static final int POSTGRESQL_POOL = 16;

    static DatabaseSettings read(SettingsReader in, Path dataDir) {
        String url = in.text(URL).orElse("jdbc:sqlite:" + dataDir.resolve("holdpoint.db"));
        Duration timeout =
                in.duration("HOLDPOINT_DATABASE_TIMEOUT", TIMEOUT, Duration.ofSeconds(1), Duration.ofMinutes(5));
        boolean postgres = PostgresServer.isNamedBy(url);
        int pool = in.number("HOLDPOINT_DATABASE_POOL", postgres ? POSTGRESQL_POOL : SQLITE_POOL, 2, 1_000);
        if (postgres) {
            return new DatabaseSettings(url, server(in, url, timeout), pool, timeout);
        }
        if (!SqliteFile.isNamedBy(url)) {
            in.problem(URL, "must be jdbc:sqlite:<file> or jdbc:postgresql://<host>:<port>/<database>.");
        } else if (in.text(USER).or(() -> in.text(PASSWORD)).isPresent()) {
            // Whoever sets these wants PostgreSQL, and would get a file in silence.
            in.problem(URL, "must be jdbc:postgresql:… when " + USER + " or " + PASSWORD + " is set.");
        }
        return new DatabaseSettings(url, null, pool, timeout);
    }

    private static @Nullable PostgresServer server(SettingsReader in, String url, Duration timeout) {
        Optional<String> user = in.text(USER);
        if (PostgresServer.holdsCredentials(url)) {
            in.problem(URL, "must hold no user and no password: set " + USER + " and " + PASSWORD + ".");
            return null;
        }
        if (user.isEmpty()) {
            in.problem(USER, "must be set for PostgreSQL.");
            return null;
        }
        return new PostgresServer(url, user.get(), in.text(PASSWORD).orElse(""), timeout);
    }
}
