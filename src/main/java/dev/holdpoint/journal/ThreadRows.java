package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the threads. A row carries the last sequence, the owner and the epoch: moving it on is what wins or loses
 * a race between writers, whichever process they live in.
 */
final class ThreadRows {

    private ThreadRows() {}

    /** @param summary null in a row of an older version */
    record Row(
            long lastSeq,
            @Nullable Summary summary,
            @Nullable String owner,
            long epoch) {}

    static Optional<Row> find(Connection c, ThreadId thread) throws SQLException {
        return Database.rows(
                        c,
                        "SELECT last_seq, summary, owner, epoch FROM thread WHERE id = ? AND " + ThreadLoad.WHOLE,
                        s -> s.setString(1, thread.value()),
                        r -> new Row(r.getLong(1), EventCodec.summary(r.getString(2)), r.getString(3), r.getLong(4)))
                .stream()
                .findFirst();
    }

    /**
     * Of a thread that is yet to be made. Its epoch is the time: it has no epoch in common with a deleted thread of the
     * same id, whose workers may still hold a claim.
     */
    static Row none(Connection c, Dialect dialect) throws SQLException {
        long epoch = Database.rows(c, "SELECT " + dialect.now(), s -> {}, row -> row.getLong(1))
                .getFirst();
        return new Row(0, Summary.NONE, null, epoch);
    }

    /** The row that an append goes on from; checked, so that the usual refusals cost no write. */
    static Row expected(Connection c, Dialect dialect, Append append) throws SQLException {
        if (append.expectedSeq() == 0) {
            return none(c, dialect);
        }
        Row row = find(c, append.thread()).orElseThrow(() -> new UnknownThread(append.thread()));
        check(append, row);
        return row;
    }

    private static void check(Append append, Row row) {
        Claim claim = append.claim();
        if (claim != null && !(claim.owner().equals(row.owner()) && claim.epoch() == row.epoch())) {
            throw new ClaimLost(append.thread());
        }
        if (row.lastSeq() != append.expectedSeq()) {
            throw new SequenceConflict(append.thread(), append.expectedSeq());
        }
    }

    /** Who owns the thread after a step from one status to another. */
    static Row stepped(Row before, long seq, Summary after, Status from, String replica) {
        boolean starts = from != Status.RUNNING && after.status() == Status.RUNNING;
        boolean rests = after.status() != Status.RUNNING;
        String owner = rests ? null : starts ? replica : before.owner();
        return new Row(seq, after, owner, starts ? before.epoch() + 1 : before.epoch());
    }

    /** @throws SequenceConflict if somebody else was faster */
    static void move(Connection c, ThreadId thread, Row from, Row to) throws SQLException {
        String sql = from.lastSeq() == 0
                ? "INSERT INTO thread (last_seq, status, updated_at, summary, title_key, waiting, expires_at, owner,"
                        + " epoch, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
                : "UPDATE thread SET last_seq = ?, status = ?, updated_at = ?, summary = ?, title_key = ?,"
                        + " waiting = ?, expires_at = ?, owner = ?, epoch = ? WHERE id = ? AND last_seq = ? AND epoch = ?";
        try (PreparedStatement s = c.prepareStatement(sql)) {
            bind(s, to);
            s.setString(10, thread.value());
            if (from.lastSeq() != 0) {
                s.setLong(11, from.lastSeq());
                s.setLong(12, from.epoch());
            }
            if (s.executeUpdate() != 1) {
                throw new SequenceConflict(thread, from.lastSeq());
            }
        }
    }

    private static void bind(PreparedStatement s, Row to) throws SQLException {
        Summary summary = to.summary() == null ? Summary.NONE : to.summary();
        s.setLong(1, to.lastSeq());
        s.setString(2, summary.status().name());
        s.setLong(3, summary.updatedAt().toEpochMilli());
        s.setString(4, EventCodec.text(summary));
        s.setString(5, titleKey(summary.title()));
        s.setInt(6, summary.waiting().size());
        Optional<Instant> expiresAt = summary.expiresAt();
        if (expiresAt.isPresent()) {
            s.setLong(7, expiresAt.get().toEpochMilli());
        } else {
            s.setNull(7, Types.BIGINT);
        }
        s.setString(8, to.owner());
        s.setLong(9, to.epoch());
    }

    /** What is searched for in titles. Some databases can't hold the character 0, nor half of a surrogate pair. */
    static @Nullable String titleKey(@Nullable String title) {
        return title == null ? null : title.toLowerCase(Locale.ROOT).replaceAll("[\\x00\\x{d800}-\\x{dfff}]", "?");
    }

    /** An event as it is stored. */
    record Line(long seq, Instant at, String type, String body) {
        static Line of(long seq, Instant at, Event event) {
            return new Line(seq, at, EventCodec.type(event), EventCodec.body(event));
        }
    }

    static void insert(Connection c, ThreadId thread, long after, List<Event> events, Instant at) throws SQLException {
        try (PreparedStatement s = inserting(c)) {
            long seq = after;
            for (Event event : events) {
                add(s, thread, Line.of(++seq, at, event));
            }
            s.executeBatch();
        }
    }

    static PreparedStatement inserting(Connection c) throws SQLException {
        return c.prepareStatement("INSERT INTO event (thread_id, seq, at, type, body) VALUES (?, ?, ?, ?, ?)");
    }

    static void add(PreparedStatement s, ThreadId thread, Line line) throws SQLException {
        s.setString(1, thread.value());
        s.setLong(2, line.seq());
        s.setLong(3, line.at().toEpochMilli());
        s.setString(4, line.type());
        s.setString(5, line.body());
        s.addBatch();
    }

    static Journal.Listed listed(ResultSet row) throws SQLException {
        Summary summary = EventCodec.summary(row.getString(3));
        return new Journal.Listed(
                new ThreadId(row.getString(1)), row.getLong(2), summary == null ? Summary.NONE : summary);
    }
}
