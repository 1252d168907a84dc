package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests that clients may send again and mean once. What a request appends is stored together with its key
 * ({@link Append#carryingOut}), and the journal tells its answer. What has its effect elsewhere is taken before it
 * begins, and its answer is kept here.
 *
 * <p>Methods block, and throw {@link JournalUnavailable} as those of the {@link Journal} do. A thread's requests go when
 * it is deleted.
 */
public final class Requests {

    private final Database database;
    private final Clock clock;
    private final String replica;
    /** What is taken here, or about to be, and how often. A row of this process that isn't among them led to nothing. */
    private final Map<Name, Integer> inHand = new ConcurrentHashMap<>();

    private record Name(String scope, String key) {
        static Name of(RequestKey request) {
            return new Name(request.scope(), request.key());
        }
    }

    Requests(Database database, Clock clock, String replica) {
        this.database = database;
        this.clock = clock;
        this.replica = replica;
    }

    /**
     * A request that was carried out, or is about to be.
     *
     * @param fingerprint of what was asked for then
     * @param before the thread's last sequence when it was carried out
     * @param underWay whether a process that is alive works on it
     * @param answer as it was settled; absent where the journal tells it, while it is under way, and where nobody knows
     */
    public record Carried(
            ThreadId thread,
            String fingerprint,
            long before,
            boolean underWay,
            @Nullable String answer) {}

    /** What became of a request; empty if none with this scope and key was carried out. */
    public Optional<Carried> carried(RequestKey request) {
        Optional<Row> row = find(request);
        if (row.isPresent() && replica.equals(row.get().owner()) && dropStray(request)) {
            row = find(request);
        }
        if (row.isPresent() && row.get().isOrphan()) {
            // Said once, it stays so: its owner, should it only have slept, can no longer settle it.
            disown(request);
            row = find(request);
        }
        return row.map(Row::carried);
    }

    /**
     * Gives back what this process doesn't know that it took: the store did it, and said that it failed.
     *
     * @return whether it may have changed
     */
    private boolean dropStray(RequestKey request) {
        // Nobody here can take it while this goes on.
        return inHand.compute(Name.of(request), (name, takers) -> {
                    if (takers == null) {
                        giveBack(request);
                    }
                    return takers;
                })
                == null;
    }

    private record Row(Carried carried, @Nullable String owner) {
        boolean isOrphan() {
            return owner != null && !carried.underWay();
        }
    }

    private Optional<Row> find(RequestKey request) {
        return database
                .query(
                        "SELECT thread_id, fingerprint, before_seq, owner IN (SELECT id FROM replica), answer, owner"
                                + " FROM request WHERE scope = ? AND request_key = ?",
                        s -> {
                            s.setString(1, request.scope());
                            s.setString(2, request.key());
                        },
                        r -> new Row(
                                new Carried(
                                        new ThreadId(r.getString(1)),
                                        r.getString(2),
                                        r.getLong(3),
                                        r.getBoolean(4),
                                        r.getString(5)),
                                r.getString(6)))
                .stream()
                .findFirst();
    }

    private void disown(RequestKey request) {
        database.update(
                "UPDATE request SET owner = NULL WHERE scope = ? AND request_key = ?"
                        + " AND owner NOT IN (SELECT id FROM replica)",
                s -> {
                    s.setString(1, request.scope());
                    s.setString(2, request.key());
                });
    }

    /**
     * Takes a request before its effect begins: it is this process's, and under way, until it is settled or withdrawn.
     *
     * @throws RequestKnown if it was taken or carried out before
     * @throws UnknownThread if the thread doesn't exist
     */
    public void take(RequestKey request, ThreadId thread) {
        inHand.merge(Name.of(request), 1, Integer::sum);
        boolean taken = false;
        try {
            database.inTransaction(c -> {
                long before = ThreadRows.find(c, thread)
                        .orElseThrow(() -> new UnknownThread(thread))
                        .lastSeq();
                insert(c, request, thread, before, replica);
                return before;
            });
            taken = true;
        } finally {
            if (!taken) {
                letGo(request);
            }
        }
    }

    private void letGo(RequestKey request) {
        inHand.computeIfPresent(Name.of(request), (name, takers) -> takers == 1 ? null : takers - 1);
    }

    /**
     * Ends what was taken.
     *
     * @param answer given to whoever asks again; null if nobody knows what became of it
     */
    public void settle(RequestKey request, @Nullable String answer) {
        database.update(
                "UPDATE request SET answer = ?, owner = NULL WHERE scope = ? AND request_key = ? AND owner = ?", s -> {
                    s.setString(1, answer);
                    s.setString(2, request.scope());
                    s.setString(3, request.key());
                    s.setString(4, replica);
                });
        letGo(request);
    }

    /** Gives back what was taken and certainly had no effect: it may be sent again. */
    public void withdraw(RequestKey request) {
        giveBack(request);
        letGo(request);
    }

    private void giveBack(RequestKey request) {
        database.update("DELETE FROM request WHERE scope = ? AND request_key = ? AND owner = ?", s -> {
            s.setString(1, request.scope());
            s.setString(2, request.key());
            s.setString(3, replica);
        });
    }

    /** Forgets the oldest of what came before a time and isn't under way. @return how many, never more than asked for */
    public int forget(Instant before, int most) {
        return database.update(
                "DELETE FROM request WHERE (scope, request_key) IN (SELECT scope, request_key FROM request WHERE at < ?"
                        + " AND (owner IS NULL OR owner NOT IN (SELECT id FROM replica)) ORDER BY at LIMIT ?)",
                s -> {
                    s.setLong(1, before.toEpochMilli());
                    s.setInt(2, most);
                });
    }

    /**
     * Notes what the same transaction carries out.
     *
     * @throws RequestKnown if it was carried out before
     */
    void carryOut(Connection c, RequestKey request, ThreadId thread, long before) throws SQLException {
        insert(c, request, thread, before, null);
    }

    private void insert(Connection c, RequestKey request, ThreadId thread, long before, @Nullable String owner)
            throws SQLException {
        int added = Database.change(
                c,
                "INSERT INTO request (scope, request_key, fingerprint, thread_id, before_seq, owner, at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                s -> {
                    s.setString(1, request.scope());
                    s.setString(2, request.key());
                    s.setString(3, request.fingerprint());
                    s.setString(4, thread.value());
                    s.setLong(5, before);
                    s.setString(6, owner);
                    s.setLong(7, clock.millis());
                });
        if (added == 0) {
            throw new RequestKnown(request);
        }
    }
}
