package dev.holdpoint.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A look at the file of an SQLite database before anything relies on it. */
public final class SqliteFile {

    /** The newest migration in {@code db/sqlite}. */
    static final int SCHEMA = 3;

    private static final String PREFIX = "jdbc:sqlite:";
    /** Result codes of SQLite. */
    private static final int BUSY = 5;

    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;

    private SqliteFile() {}

    /** Whether the address names a file: a database in memory would lose what it acknowledged. */
    public static boolean isNamedBy(String url) {
        if (!url.startsWith(PREFIX)) {
            return false;
        }
        String name = name(url);
        return !name.isBlank() && !name.startsWith(":") && !url.contains("mode=memory");
    }

    /** The file that the address names. */
    public static Path of(String url) {
        return Path.of(name(url));
    }

    private static String name(String url) {
        String name = url.substring(PREFIX.length());
        name = name.startsWith("file:") ? name.substring("file:".length()) : name;
        int parameters = name.indexOf('?');
        return parameters < 0 ? name : name.substring(0, parameters);
    }

    /** Why the database can't be used, as one line; empty if it can, or can be made. */
    public static Optional<String> problem(String url) {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            // Takes the lock that a writer needs, and gives it back.
            s.execute("BEGIN IMMEDIATE");
            s.execute("ROLLBACK");
            return SchemaHistory.number(s, "SELECT count(*) FROM sqlite_master WHERE name = 'flyway_schema_history'")
                            == 0
                    ? Optional.empty()
                    : SchemaHistory.problem(s, SCHEMA);
        } catch (SQLException | LinkageError e) {
            return Optional.of(reason(e));
        }
    }

    private static String reason(Throwable failure) {
        // Extended codes carry the primary one in their lowest byte.
        int code = failure instanceof SQLException e ? e.getErrorCode() & 0xff : 0;
        return switch (code) {
            case CORRUPT, NOT_A_DATABASE -> "the file is damaged or is no SQLite database: restore a backup.";
            case BUSY -> "another program holds the database: close it, or choose another file.";
            default ->
                "the database can't be opened: "
                        + String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("no reason given");
        };
    }
}
