package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The journal in a relational database. The row of the thread carries the last sequence: moving it on is what wins or
 * loses a race between writers, whichever process they live in.
 */
public final class JdbcJournal implements Journal {

    private final DataSource database;
    private final Clock clock;
    /** SQLite has one writer: queueing here is fair and costs less than its busy wait. */
    private final ReentrantLock writing = new ReentrantLock(true);

    private final List<Consumer<List<Recorded>>> followers = new CopyOnWriteArrayList<>();

    /** @param database migrated to the current schema; each connection as {@code synchronous=FULL} and the like */
    public JdbcJournal(DataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public List<Recorded> append(ThreadId thread, long expectedSeq, List<Event> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        writing.lock();
        try {
            List<Recorded> recorded = inTransaction(c -> insert(c, thread, expectedSeq, events));
            // Still under the lock, so that followers see each thread's batches in order.
            followers.forEach(f -> f.accept(recorded));
            return recorded;
        } finally {
            writing.unlock();
        }
    }

    private List<Recorded> insert(Connection c, ThreadId thread, long expectedSeq, List<Event> events)
            throws SQLException {
        List<String> bodies = events.stream().map(EventCodec::body).toList();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Status before = expectedSeq == 0 ? Status.IDLE : statusAt(c, thread, expectedSeq);
        Status after = events.stream().reduce(before, Status::after, (a, b) -> b);
        moveOn(c, thread, expectedSeq, expectedSeq + events.size(), after, now);
        List<Recorded> recorded = new ArrayList<>(events.size());
        try (PreparedStatement s =
                c.prepareStatement("INSERT INTO event (thread_id, seq, at, type, body) VALUES (?, ?, ?, ?, ?)")) {
            for (Event event : events) {
                long seq = expectedSeq + recorded.size() + 1;
                s.setString(1, thread.value());
                s.setLong(2, seq);
                s.setLong(3, now.toEpochMilli());
                s.setString(4, EventCodec.type(event));
                s.setString(5, bodies.get(recorded.size()));
                s.addBatch();
                recorded.add(new Recorded(thread, seq, now, event));
            }
            s.executeBatch();
        }
        return List.copyOf(recorded);
    }

    private static Status statusAt(Connection c, ThreadId thread, long expectedSeq) throws SQLException {
        try (PreparedStatement s = c.prepareStatement("SELECT status, last_seq FROM thread WHERE id = ?")) {
            s.setString(1, thread.value());
            try (ResultSet row = s.executeQuery()) {
                if (!row.next()) {
                    throw new UnknownThread(thread);
                }
                if (row.getLong(2) != expectedSeq) {
                    throw new SequenceConflict(thread, expectedSeq);
                }
                return Status.valueOf(row.getString(1));
            }
        }
    }

    private static void moveOn(Connection c, ThreadId thread, long from, long to, Status status, Instant now)
            throws SQLException {
        String sql = from == 0
                ? "INSERT INTO thread (last_seq, status, updated_at, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
                : "UPDATE thread SET last_seq = ?, status = ?, updated_at = ? WHERE id = ? AND last_seq = ?";
        try (PreparedStatement s = c.prepareStatement(sql)) {
            s.setLong(1, to);
            s.setString(2, status.name());
            s.setLong(3, now.toEpochMilli());
            s.setString(4, thread.value());
            if (from != 0) {
                s.setLong(5, from);
            }
            if (s.executeUpdate() != 1) {
                throw new SequenceConflict(thread, from);
            }
        }
    }

    @Override
    public List<Recorded> read(ThreadId thread, long after, int limit) {
        return query(
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
        List<Long> sizes = query(
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
        return query(
                        "SELECT last_seq FROM thread WHERE id = ?",
                        s -> s.setString(1, thread.value()),
                        row -> row.getLong(1))
                .stream()
                .findFirst();
    }

    @Override
    public Subscription follow(Consumer<List<Recorded>> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public Page list(int limit, @Nullable String cursor) {
        Cursor from = cursor == null ? Cursor.START : Cursor.parse(cursor);
        List<Cursor> rows = query(
                "SELECT updated_at, id FROM thread WHERE updated_at < ? OR (updated_at = ? AND id < ?)"
                        + " ORDER BY updated_at DESC, id DESC LIMIT ?",
                s -> {
                    s.setLong(1, from.updatedAt());
                    s.setLong(2, from.updatedAt());
                    s.setString(3, from.id());
                    s.setInt(4, limit + 1);
                },
                row -> new Cursor(row.getLong(1), row.getString(2)));
        List<Cursor> page = rows.subList(0, Math.min(limit, rows.size()));
        String next = rows.size() > limit ? page.getLast().text() : null;
        return new Page(page.stream().map(r -> new ThreadId(r.id())).toList(), next);
    }

    @Override
    public List<ThreadId> withStatus(Status status) {
        return query(
                "SELECT id FROM thread WHERE status = ? ORDER BY updated_at",
                s -> s.setString(1, status.name()),
                row -> new ThreadId(row.getString(1)));
    }

    @Override
    public List<ThreadId> all() {
        return query("SELECT id FROM thread", s -> {}, row -> new ThreadId(row.getString(1)));
    }

    @Override
    public boolean delete(ThreadId thread) {
        writing.lock();
        try {
            return inTransaction(c -> {
                try (PreparedStatement s = c.prepareStatement("DELETE FROM thread WHERE id = ?")) {
                    s.setString(1, thread.value());
                    return s.executeUpdate() == 1;
                }
            });
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Optional<String> problem() {
        try {
            query("SELECT 1", s -> {}, row -> row.getInt(1));
            return Optional.empty();
        } catch (JournalUnavailable e) {
            return Optional.of("The database can't be used. Check HOLDPOINT_DATABASE_URL and HOLDPOINT_DATA_DIR.");
        }
    }

    private <T> List<T> query(String sql, Binder binder, Reader<T> reader) {
        return withConnection(c -> {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                binder.bind(s);
                try (ResultSet rows = s.executeQuery()) {
                    List<T> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(reader.read(rows));
                    }
                    return found;
                }
            }
        });
    }

    private <T> T inTransaction(Work<T> work) {
        return withConnection(c -> {
            boolean committed = false;
            c.setAutoCommit(false);
            try {
                T result = work.with(c);
                c.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    c.rollback();
                }
                c.setAutoCommit(true);
            }
        });
    }

    /** An interrupt means to stop a turn, not to break the store's connection: it is put off until the work is done. */
    private <T> T withConnection(Work<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (Connection c = database.getConnection()) {
                    return work.with(c);
                } catch (SQLException e) {
                    // The pool gives up waiting when it is interrupted; nothing was done yet, so it can be asked again.
                    if (!Thread.interrupted()) {
                        throw new JournalUnavailable("the store failed: " + e.getMessage(), e);
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Work<T> {
        T with(Connection c) throws SQLException;
    }

    private interface Binder {
        void bind(PreparedStatement s) throws SQLException;
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** A place in the list of threads: everything after it is older, or as old with a smaller id. */
    private record Cursor(long updatedAt, String id) {

        private static final Cursor START = new Cursor(Long.MAX_VALUE, "");

        String text() {
            return String.format(Locale.ROOT, "%d.%s", updatedAt, id);
        }

        static Cursor parse(String text) {
            int dot = text.indexOf('.');
            if (dot < 1 || !ThreadId.isLegal(text.substring(dot + 1))) {
                throw new IllegalArgumentException("cursor: not one that this service gave out");
            }
            try {
                return new Cursor(Long.parseLong(text.substring(0, dot)), text.substring(dot + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("cursor: not one that this service gave out", e);
            }
        }
    }
}
