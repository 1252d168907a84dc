package dev.holdpoint.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A look at a PostgreSQL database before anything relies on it. Nothing is written. */
final class PostgresCheck {

    private static final int OLDEST_VERSION = 13;
    private static final String URL = "HOLDPOINT_DATABASE_URL: ";
    private static final String CREDENTIALS =
            "HOLDPOINT_DATABASE_PASSWORD: the server refused the user or the password:"
                    + " check HOLDPOINT_DATABASE_USER too.";

    private PostgresCheck() {}

    /** One line that begins with the setting to look at; empty if the database can be used. */
    static Optional<String> problem(PostgresServer server) {
        try (Connection c = server.connect();
                Statement s = c.createStatement()) {
            return problem(c.getMetaData().getDatabaseMajorVersion(), s).map(what -> URL + what);
        } catch (SQLException e) {
            return Optional.of(reason(server, e));
        }
    }

    private static Optional<String> problem(int version, Statement s) throws SQLException {
        if (version < OLDEST_VERSION) {
            return Optional.of("the server is PostgreSQL " + version + "; it must be " + OLDEST_VERSION + " or newer.");
        }
        if (holds(s, "current_setting('transaction_read_only') = 'on'")) {
            return Optional.of("the server is read-only: name the one that accepts writes.");
        }
        if (holds(s, "to_regclass('flyway_schema_history') IS NOT NULL")) {
            return SchemaHistory.problem(s, PostgresServer.SCHEMA);
        }
        return holds(s, "has_schema_privilege(current_schema(), 'CREATE')")
                ? Optional.empty()
                : Optional.of("HOLDPOINT_DATABASE_USER may not make tables in this database: grant it CREATE.");
    }

    private static boolean holds(Statement s, String condition) throws SQLException {
        return SchemaHistory.number(s, "SELECT count(*) WHERE " + condition) == 1;
    }

    private static String reason(PostgresServer server, SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return switch (state) {
            // 08004: the server asked for a password, and none is set.
            case "28P01", "28000", "08004" -> CREDENTIALS;
            case "3D000" -> URL + "there is no such database on the server: make it first.";
            case "53300" -> URL + "the server has no free connection.";
            case "57P03" -> URL + "the server is starting or stopping: try again.";
            default ->
                state.startsWith("08")
                        ? URL + server.name() + " does not answer."
                        : URL + "the database can't be opened: " + firstLine(failure);
        };
    }

    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
