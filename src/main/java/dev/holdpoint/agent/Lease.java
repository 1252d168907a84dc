package dev.holdpoint.agent;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Claim;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.sandbox.Sandboxes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place among those that share the store: a lease that is renewed in time, on a thread that does nothing
 * else. While the store is away nobody can renew and nobody can judge, so an outage costs no turn.
 */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    /** Renewed so often within its duration. */
    private static final int RENEWALS = 3;

    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final Replicas replicas;
    private final Sandboxes sandboxes;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-lease").factory());
    private volatile Runnable onLost = () -> {};
    private volatile long freshUntil = System.nanoTime();
    private volatile long judgeFrom;
    private final AtomicInteger term = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean away;

    Lease(Replicas replicas, Sandboxes sandboxes) {
        this.replicas = replicas;
        this.sandboxes = sandboxes;
    }

    /** The time from joining the others to being struck off: what was claimed in one is worth nothing in the next. */
    final class Term {
        private final int number;

        private Term(int number) {
            this.number = number;
        }

        /** Whether this process certainly still has what it claimed: one that was paused must look again first. */
        boolean isCurrent() {
            return !closed && number == term.get() && System.nanoTime() - freshUntil < 0;
        }
    }

    /**
     * Joins the others, in the place of an earlier life of this process, and renews from now on.
     *
     * @param lost called when this process was struck off: all that it has in hand may be another's
     */
    void join(Runnable lost) {
        onLost = lost;
        long before = System.nanoTime();
        replicas.join();
        renewed(before);
        // The store may have been away until just now: the others get their chance to renew.
        judgeFrom = before + replicas.lease().toNanos();
        long every = replicas.lease().toMillis() / RENEWALS;
        var _ = timer.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            long before = System.nanoTime();
            boolean late = before - freshUntil >= 0;
            boolean member = replicas.renew();
            if (!member) {
                LOG.warn("this process was struck off, as it gave no sign of life in time; it joins again");
                term.incrementAndGet();
                onLost.run();
                replicas.join();
            }
            if (late || away) {
                // The others couldn't renew, either, if it was the store that was away: they get their chance.
                judgeFrom = System.nanoTime() + replicas.lease().toNanos();
            }
            renewed(before);
            away = false;
        } catch (JournalUnavailable e) {
            if (!away) {
                LOG.warn("the store is unavailable", e);
            }
            away = true;
        } catch (RuntimeException | Error e) {
            LOG.error("the lease could not be renewed; it is tried again", e);
        }
    }

    private void renewed(long before) {
        freshUntil = before + replicas.lease().toNanos();
    }

    /** Strikes off those whose lease ran out. @return whether there were any */
    boolean strikeOffDead() {
        return mayJudge() && replicas.strikeOffDead();
    }

    /** A store that is back after an outage may be seen here before the next renewal says so: then all leases are old, ours too. */
    private boolean mayJudge() {
        long now = System.nanoTime();
        return !away && now - freshUntil < 0 && now - judgeFrom >= 0;
    }

    /** The id of this process among the others. */
    String holder() {
        return replicas.id();
    }

    /** Threads with something to do that is this process's own, or nobody's. */
    List<ThreadId> mine() {
        return replicas.mine();
    }

    Term term() {
        return new Term(term.get());
    }

    /** The right to go on with a run; empty if it is another's. What an earlier owner had running in it is ended. */
    Optional<Claim> claim(ThreadId thread) {
        Optional<Claim> held = replicas.held(thread);
        if (held.isPresent()) {
            return held;
        }
        Optional<Claim> taken = replicas.take(thread);
        taken.ifPresent(claim -> sandboxes.takeOver(thread));
        return taken;
    }

    /** Lets others take over at once. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        Thread leaving = Thread.startVirtualThread(this::leave);
        try {
            leaving.join(LEAVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After the last renewal, which would undo it. */
    private void leave() {
        try {
            timer.awaitTermination(LEAVE.toMillis(), TimeUnit.MILLISECONDS);
            replicas.leave();
        } catch (JournalUnavailable e) {
            LOG.debug("could not leave; the lease runs out by itself", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
