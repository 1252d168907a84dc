package dev.holdpoint.testing;

import dev.holdpoint.journal.Database;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.JdbcJournal;
import dev.holdpoint.journal.Replicas;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;

/** What one process has of a real store. Several on one store are several processes to it. */
public record Replica(JdbcJournal journal, Replicas replicas) {

    private static final int CONNECTIONS = 4;

    public static Replica on(DataSource store, Dialect dialect, Clock clock, Duration lease) {
        Database database = new Database(store, dialect, CONNECTIONS);
        String id = UUID.randomUUID().toString();
        return new Replica(new JdbcJournal(database, clock, id), new Replicas(database, id, "folder-of-" + id, lease));
    }

    /** The only process on a file. */
    public static Replica sqlite(Path file) {
        return on(Stores.sqlite(file), Dialect.SQLITE, Clock.systemUTC(), Duration.ofSeconds(15));
    }
}
