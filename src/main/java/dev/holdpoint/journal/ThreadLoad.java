package dev.holdpoint.journal;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.ThreadRows.Line;
import dev.holdpoint.journal.ThreadRows.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A thread that is made of events from elsewhere, in many short transactions: others write meanwhile, and nothing of the
 * store is held while the events are fetched. Until the last one has committed its row has a status that no look-up
 * shows.
 */
final class ThreadLoad {

    /** Not a status that a thread can have. */
    static final String LOADING = "LOADING";

    /** For look-ups: only threads that are whole. */
    static final String WHOLE = "status <> '" + LOADING + "'";

    /** Events in one transaction. */
    private static final int BATCH = 512;

    /** Characters in one transaction; an event that is longer comes alone. */
    private static final long BATCH_CHARS = 1L << 20;

    private final ThreadId thread;
    private final Dialect dialect;
    private final ThreadUse use;
    private final String replica;
    private final Clock clock;
    private Row begun = new Row(1, Summary.NONE, null, 0);
    private Summary summary = Summary.NONE;
    private long seq;

    ThreadLoad(ThreadId thread, Dialect dialect, ThreadUse use, String replica, Clock clock) {
        this.thread = thread;
        this.dialect = dialect;
        this.use = use;
        this.replica = replica;
        this.clock = clock;
    }

    /** @throws SequenceConflict if there is such a thread */
    int begin(Connection c) throws SQLException {
        Row none = ThreadRows.none(c, dialect);
        begun = new Row(1, Summary.NONE, null, none.epoch());
        ThreadRows.move(c, thread, none, begun);
        return mark(c);
    }

    private int mark(Connection c) throws SQLException {
        int changed = Database.change(c, "UPDATE thread SET status = ?, updated_at = ? WHERE id = ?", s -> {
            s.setString(1, LOADING);
            s.setLong(2, clock.millis());
            s.setString(3, thread.value());
        });
        if (changed == 0) {
            throw new UnknownThread(thread);
        }
        return changed;
    }

    /** Fetches what the next transaction writes. */
    List<Line> fetch(Iterator<Recorded> events) {
        List<Line> lines = new ArrayList<>();
        long chars = 0;
        while (events.hasNext() && lines.size() < BATCH && chars < BATCH_CHARS) {
            Recorded r = events.next();
            summary = summary.after(r.event(), r.at());
            Line line = Line.of(++seq, r.at(), r.event());
            lines.add(line);
            chars += line.body().length();
        }
        return lines;
    }

    /** @throws UnknownThread if it was taken for given up meanwhile */
    int add(Connection c, List<Line> lines) throws SQLException {
        mark(c);
        try (PreparedStatement s = ThreadRows.inserting(c)) {
            for (Line line : lines) {
                ThreadRows.add(s, thread, line);
            }
            return s.executeBatch().length;
        }
    }

    /** From here on the thread is there, as a whole. */
    Row finish(Connection c) throws SQLException {
        Row row = ThreadRows.stepped(begun, seq, summary, Summary.NONE.status(), replica);
        ThreadRows.move(c, thread, begun, row);
        use.loaded(c, thread);
        return row;
    }

    /** What loads left behind in which nothing was written since then; removed. */
    static List<ThreadId> removeUnfinished(Database database, Instant since) {
        String unfinished = " status = '" + LOADING + "' AND updated_at < ?";
        return database
                .query(
                        "SELECT id FROM thread WHERE" + unfinished,
                        s -> s.setLong(1, since.toEpochMilli()),
                        row -> new ThreadId(row.getString(1)))
                .stream()
                .filter(thread -> database.update("DELETE FROM thread WHERE id = ? AND" + unfinished, s -> {
                            s.setString(1, thread.value());
                            s.setLong(2, since.toEpochMilli());
                        })
                        == 1)
                .toList();
    }
}
