package dev.holdpoint.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** What the migrations noted in a database that was used before. */
final class SchemaHistory {

    private SchemaHistory() {}

    /**
     * Why this version can't go on with the database, as one line; only reads.
     *
     * @param known the newest migration that this version has
     */
    static Optional<String> problem(Statement s, int known) throws SQLException {
        long newest = number(s, "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history");
        if (newest > known) {
            return Optional.of("the database was made by a newer version of Holdpoint (schema " + newest
                    + ", this one knows " + known + "): start that version, or use another database.");
        }
        if (number(s, "SELECT count(*) FROM flyway_schema_history WHERE NOT success") > 0) {
            return Optional.of("a change of the database's schema failed half-way: restore a backup.");
        }
        // Reads the index of all threads, so that damage there is seen now and not in the middle of a turn.
        number(s, "SELECT count(*) FROM thread");
        return Optional.empty();
    }

    static long number(Statement s, String sql) throws SQLException {
        try (ResultSet row = s.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
