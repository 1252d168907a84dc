package dev.holdpoint.journal;

/** Where the databases differ. All other SQL is understood by both. */
public enum Dialect {
    /** One writer at a time, in one process. */
    SQLITE("CAST(unixepoch('subsec') * 1000 AS INTEGER)", 1),
    POSTGRESQL("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", 64);

    private final String now;
    private final int writers;

    Dialect(String now, int writers) {
        this.now = now;
        this.writers = writers;
    }

    /** The database's own clock, in milliseconds since the epoch: the one clock that all processes share. */
    String now() {
        return now;
    }

    /** A query that tells whether nothing can be written. */
    String readOnly() {
        return switch (this) {
            case SQLITE -> "SELECT 0";
            case POSTGRESQL -> "SELECT CAST(current_setting('transaction_read_only') AS boolean)";
        };
    }

    /** How many threads' journals are written side by side by one process. */
    int writers() {
        return writers;
    }

    /** The folder of the schema's migrations, on the class path. */
    public String migrations() {
        return switch (this) {
            case SQLITE -> "db/sqlite";
            case POSTGRESQL -> "db/postgresql";
        };
    }
}
