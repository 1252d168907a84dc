package dev.holdpoint.journal;

import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The processes that share the store, and which run belongs to which. Each holds a lease, on the database's clock, and
 * renews it well before its end. One whose lease ran out is struck off by another, and its runs can be claimed. Until
 * that happens it may still renew: an outage of the database, which nobody survives, costs no run.
 *
 * <p>What protects a journal from two writers is not the lease but the epoch of the {@link Claim}.
 */
public final class Replicas {

    private final Database database;
    private final String id;
    private final String name;
    private final Duration lease;

    /**
     * This process among the others.
     *
     * @param id unique to the life of this process
     * @param name unique among those alive, and the same again after a restart
     * @param lease how long the others wait for a sign of life
     */
    public Replicas(Database database, String id, String name, Duration lease) {
        this.database = database;
        this.id = id;
        this.name = name;
        this.lease = lease;
    }

    public String id() {
        return id;
    }

    public Duration lease() {
        return lease;
    }

    /** Joins, in the place of an earlier life of this process. */
    public void join() {
        database.update("DELETE FROM replica WHERE name = ? AND id <> ?", s -> {
            s.setString(1, name);
            s.setString(2, id);
        });
        database.update(
                "INSERT INTO replica (id, name, until) VALUES (?, ?, " + end() + ") ON CONFLICT DO NOTHING", s -> {
                    s.setString(1, id);
                    s.setString(2, name);
                    s.setLong(3, lease.toMillis());
                });
    }

    private String end() {
        return database.dialect().now() + " + ?";
    }

    /**
     * Renews the lease. It is certain to last for its duration from before the call.
     *
     * @return false if this process was struck off: others may have its runs, and it has to {@link #join} again
     */
    public boolean renew() {
        return database.update("UPDATE replica SET until = " + end() + " WHERE id = ?", s -> {
                    s.setLong(1, lease.toMillis());
                    s.setString(2, id);
                })
                == 1;
    }

    /** Leaves in good order: others may claim at once what this process had. */
    public void leave() {
        database.update("DELETE FROM replica WHERE id = ?", s -> s.setString(1, id));
    }

    /** Strikes off those whose lease ran out. @return whether there were any */
    public boolean strikeOffDead() {
        return database.update(
                        "DELETE FROM replica WHERE until < "
                                + database.dialect().now() + " AND id <> ?",
                        s -> s.setString(1, id))
                > 0;
    }

    /** The ids of those that were not struck off. */
    public Set<String> alive() {
        return database.query("SELECT id FROM replica", s -> {}, row -> row.getString(1)).stream()
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Threads with something to do that is this process's own, or nobody's: runs under way, and decided interrupts. */
    public List<ThreadId> mine() {
        return database.query(
                "SELECT id FROM thread WHERE (status = ? OR (status = ? AND waiting = 0)) AND (owner IS NULL OR owner = ?"
                        + " OR owner NOT IN (SELECT id FROM replica)) ORDER BY updated_at",
                s -> {
                    s.setString(1, Status.RUNNING.name());
                    s.setString(2, Status.INTERRUPTED.name());
                    s.setString(3, id);
                },
                row -> new ThreadId(row.getString(1)));
    }

    /** The right to go on with a run that is this process's own. */
    public Optional<Claim> held(ThreadId thread) {
        return database
                .query(
                        "SELECT epoch FROM thread WHERE id = ? AND status = ? AND owner = ?",
                        s -> {
                            s.setString(1, thread.value());
                            s.setString(2, Status.RUNNING.name());
                            s.setString(3, id);
                        },
                        row -> new Claim(thread, id, row.getLong(1)))
                .stream()
                .findFirst();
    }

    /** Takes a run that is nobody's, or whose owner was struck off; empty if there is none, or if it is another's. */
    public Optional<Claim> take(ThreadId thread) {
        return database
                .query(
                        "UPDATE thread SET owner = ?, epoch = epoch + 1 WHERE id = ? AND status = ?"
                                + " AND (owner IS NULL OR owner NOT IN (SELECT id FROM replica)) RETURNING epoch",
                        s -> {
                            s.setString(1, id);
                            s.setString(2, thread.value());
                            s.setString(3, Status.RUNNING.name());
                        },
                        row -> new Claim(thread, id, row.getLong(1)))
                .stream()
                .findFirst();
    }

    /**
     * The name that all processes on this store share, and no other store has. One that was used by a version without
     * such names has this process's, as its containers do.
     */
    public String store() {
        database.update(
                "INSERT INTO store (id, name) SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM thread) THEN ? ELSE ? END"
                        + " WHERE NOT EXISTS (SELECT 1 FROM store) ON CONFLICT DO NOTHING",
                s -> {
                    s.setString(1, name);
                    s.setString(2, UUID.randomUUID().toString());
                });
        return database.query("SELECT name FROM store", s -> {}, row -> row.getString(1))
                .getFirst();
    }
}
