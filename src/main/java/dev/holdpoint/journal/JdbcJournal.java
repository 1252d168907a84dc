package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.ThreadRows.Line;
import dev.holdpoint.journal.ThreadRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The journal in a relational database. */
public final class JdbcJournal implements Journal {

    /** Events in one round trip while a thread is folded. */
    private static final int PAGE = 512;

    private final Database database;
    private final Clock clock;
    private final String replica;
    private final Requests requests;
    private final ThreadUse use;
    /** A thread's batches are written and shown one after the other; SQLite has but one writer for all threads. */
    private final Writers writers;

    private final List<Consumer<List<Recorded>>> followers = new CopyOnWriteArrayList<>();

    /** @param replica the id under which this process owns the runs that it starts */
    public JdbcJournal(Database database, Clock clock, String replica) {
        this.database = database;
        this.clock = clock;
        this.replica = replica;
        this.requests = new Requests(database, clock, replica);
        this.writers = new Writers(database.dialect().writers());
        this.use = new ThreadUse(database);
    }

    @Override
    public List<Recorded> append(Append append) {
        if (append.events().isEmpty() && append.request() == null) {
            return List.of();
        }
        return writers.writing(append.thread(), () -> {
            List<Recorded> recorded = database.inTransaction(c -> insert(c, append));
            if (!recorded.isEmpty()) {
                // Still under the lock, so that followers see each thread's batches in order.
                followers.forEach(f -> f.accept(recorded));
            }
            return recorded;
        });
    }

    private List<Recorded> insert(Connection c, Append append) throws SQLException {
        Row before = ThreadRows.expected(c, database.dialect(), append);
        List<Recorded> recorded = append.events().isEmpty() ? List.of() : insert(c, append, before);
        if (append.request() != null) {
            requests.carryOut(c, append.request(), append.thread(), before.lastSeq());
        }
        return recorded;
    }

    private List<Recorded> insert(Connection c, Append append, Row before) throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Summary known = before.summary() == null ? fold(c, append.thread()) : before.summary();
        Summary after = known;
        List<Recorded> recorded = new ArrayList<>(append.events().size());
        for (Event event : append.events()) {
            after = after.after(event, now);
            recorded.add(new Recorded(append.thread(), before.lastSeq() + recorded.size() + 1, now, event));
        }
        Row row = ThreadRows.stepped(before, recorded.getLast().seq(), after, known.status(), replica);
        ThreadRows.move(c, append.thread(), before, row);
        ThreadRows.insert(c, append.thread(), before.lastSeq(), append.events(), now);
        return Collections.unmodifiableList(recorded);
    }

    @Override
    public void load(ThreadId thread, Iterator<Recorded> events) {
        ThreadLoad load = new ThreadLoad(thread, database.dialect(), use, replica, clock);
        write(thread, load::begin);
        try {
            while (events.hasNext()) {
                List<Line> lines = load.fetch(events);
                write(thread, c -> load.add(c, lines));
            }
            write(thread, load::finish);
        } catch (RuntimeException | Error e) {
            giveUp(thread, e);
            throw e;
        }
    }

    private <T> T write(ThreadId thread, Database.Work<T> work) {
        return writers.writing(thread, () -> database.inTransaction(work));
    }

    /** What can't be removed now is never shown, and is removed later. */
    private void giveUp(ThreadId thread, Throwable failure) {
        try {
            delete(
                    thread,
                    "DELETE FROM thread WHERE id = ? AND NOT (" + ThreadLoad.WHOLE + ")",
                    s -> s.setString(1, thread.value()));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public List<ThreadId> removeUnfinished(Instant since) {
        return ThreadLoad.removeUnfinished(database, since);
    }

    /** Folds all there is: for rows of a version that kept no summary. */
    private static Summary fold(Connection c, ThreadId thread) throws SQLException {
        Summary summary = Summary.NONE;
        long seq = 0;
        List<Recorded> page = read(c, thread, 0, PAGE);
        while (!page.isEmpty()) {
            for (Recorded r : page) {
                summary = summary.after(r.event(), r.at());
                seq = r.seq();
            }
            page = read(c, thread, seq, PAGE);
        }
        return summary;
    }

    /** Completes the rows of an older version. To be called once, before anything else. */
    public void completeRows() {
        List<ThreadId> old = database.query(
                "SELECT id FROM thread WHERE summary IS NULL", s -> {}, row -> new ThreadId(row.getString(1)));
        old.forEach(thread -> database.inTransaction(c -> {
            Row row = ThreadRows.find(c, thread).orElseThrow(() -> new UnknownThread(thread));
            if (row.summary() == null) {
                ThreadRows.move(c, thread, row, new Row(row.lastSeq(), fold(c, thread), row.owner(), row.epoch()));
            }
            return row;
        }));
    }

    @Override
    public List<Recorded> read(ThreadId thread, long after, int limit) {
        return database.withConnection(c -> read(c, thread, after, limit));
    }

    private static List<Recorded> read(Connection c, ThreadId thread, long after, int limit) throws SQLException {
        return Database.rows(
                c,
                "SELECT seq, at, type, body FROM event WHERE thread_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                s -> {
                    s.setString(1, thread.value());
                    s.setLong(2, after);
                    s.setInt(3, limit);
                },
                row -> new Recorded(
                        thread,
                        row.getLong(1),
                        Instant.ofEpochMilli(row.getLong(2)),
                        EventCodec.read(row.getString(3), row.getString(4))));
    }

    @Override
    public List<Recorded> read(ThreadId thread, long after, int limit, long bytes) {
        // The sizes first: a body that won't be taken isn't loaded at all.
        List<Long> sizes = database.query(
                "SELECT octet_length(body) FROM event WHERE thread_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                s -> {
                    s.setString(1, thread.value());
                    s.setLong(2, after);
                    s.setInt(3, limit);
                },
                row -> row.getLong(1));
        return sizes.isEmpty() ? List.of() : read(thread, after, fitting(sizes, bytes));
    }

    private static int fitting(List<Long> sizes, long bytes) {
        int count = 1;
        long total = sizes.getFirst();
        while (count < sizes.size() && total + sizes.get(count) <= bytes) {
            total += sizes.get(count++);
        }
        return count;
    }

    @Override
    public Optional<Long> lastSeq(ThreadId thread) {
        // Asked for each stream and each file: the summary, which has to be parsed, stays where it is.
        return database
                .query(
                        "SELECT last_seq FROM thread WHERE id = ? AND " + ThreadLoad.WHOLE,
                        s -> s.setString(1, thread.value()),
                        row -> row.getLong(1))
                .stream()
                .findFirst();
    }

    @Override
    public List<Listed> find(List<ThreadId> threads) {
        String marks = String.join(", ", Collections.nCopies(threads.size(), "?"));
        return threads.isEmpty()
                ? List.of()
                : database.query(
                        "SELECT id, last_seq, summary FROM thread WHERE id IN (" + marks + ") AND " + ThreadLoad.WHOLE,
                        s -> {
                            for (int i = 0; i < threads.size(); i++) {
                                s.setString(i + 1, threads.get(i).value());
                            }
                        },
                        ThreadRows::listed);
    }

    @Override
    public Requests requests() {
        return requests;
    }

    @Override
    public Subscription follow(Consumer<List<Recorded>> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public Page list(int limit, @Nullable String cursor, Wanted wanted) {
        return ThreadList.page(database, limit, cursor, wanted);
    }

    @Override
    public List<ThreadId> expired(Instant now) {
        return database.query(
                "SELECT id FROM thread WHERE expires_at <= ? ORDER BY expires_at",
                s -> s.setLong(1, now.toEpochMilli()),
                row -> new ThreadId(row.getString(1)));
    }

    @Override
    public boolean delete(ThreadId thread) {
        return delete(thread, "DELETE FROM thread WHERE id = ?", s -> s.setString(1, thread.value()));
    }

    @Override
    public void use(ThreadId thread, Duration atMost) {
        use.note(thread, atMost);
    }

    @Override
    public List<ThreadId> unused(Duration time, int limit) {
        return use.unused(time, limit);
    }

    @Override
    public boolean deleteUnused(ThreadId thread, Duration time) {
        return delete(thread, use.deleting(), s -> ThreadUse.bindDeleting(s, thread, time));
    }

    private boolean delete(ThreadId thread, String sql, Database.Binder binder) {
        return writers.writing(thread, () -> database.update(sql, binder) == 1);
    }

    @Override
    public Optional<String> problem() {
        try {
            return database.query(database.dialect().readOnly(), s -> {}, row -> row.getBoolean(1))
                            .contains(true)
                    ? Optional.of("The database takes no writes. Check that HOLDPOINT_DATABASE_URL names its primary.")
                    : Optional.empty();
        } catch (JournalUnavailable e) {
            return Optional.of("The database can't be used. Check it, and HOLDPOINT_DATABASE_URL.");
        }
    }
}
