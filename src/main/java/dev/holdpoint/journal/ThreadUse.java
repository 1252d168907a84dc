package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** How long threads have been out of use, by the database's clock. */
final class ThreadUse {

    /** What is used counts as used for so much longer, so that it needn't be noted each time. */
    private static final Duration LONGER = Duration.ofMinutes(1);

    private final Database database;
    private final String now;
    private final String unused;

    ThreadUse(Database database) {
        this.database = database;
        this.now = "(SELECT " + database.dialect().now() + ")";
        this.unused = " status IN ('IDLE', 'FAILED') AND updated_at < " + now + " - ? AND coalesce(used_until, 0) < "
                + now + " - ?";
    }

    /** As {@link Journal#use}. */
    void note(ThreadId thread, Duration atMost) {
        database.update(
                "UPDATE thread SET used_until = " + now + " + ? WHERE id = ? AND coalesce(used_until, 0) < " + now
                        + " + ?",
                s -> {
                    s.setLong(1, atMost.plus(LONGER).toMillis());
                    s.setString(2, thread.value());
                    s.setLong(3, atMost.toMillis());
                });
    }

    /** Notes that the thread was made of another's events: its own are older than it is. */
    void loaded(Connection c, ThreadId thread) throws SQLException {
        Database.change(
                c, "UPDATE thread SET used_until = " + now + " WHERE id = ?", s -> s.setString(1, thread.value()));
    }

    /** As {@link Journal#unused}. */
    List<ThreadId> unused(Duration time, int limit) {
        return database.query(
                "SELECT id FROM thread WHERE" + unused + " ORDER BY updated_at LIMIT ?",
                s -> {
                    s.setLong(1, time.toMillis());
                    s.setLong(2, time.toMillis());
                    s.setInt(3, limit);
                },
                row -> new ThreadId(row.getString(1)));
    }

    String deleting() {
        return "DELETE FROM thread WHERE id = ? AND" + unused;
    }

    static void bindDeleting(PreparedStatement s, ThreadId thread, Duration time) throws SQLException {
        s.setString(1, thread.value());
        s.setLong(2, time.toMillis());
        s.setLong(3, time.toMillis());
    }
}
