package dev.holdpoint.agent;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Claim;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.sandbox.Sandboxes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place among those that share the store. Its lease is renewed in time, and what others left behind when
 * they died is taken over, on a thread of its own: a store that hangs must not hold up anything else.
 */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    /** Renewed so often within its duration. */
    private static final int RENEWALS = 3;

    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final Replicas replicas;
    private final Sandboxes sandboxes;
    private final Duration every;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-lease").factory());
    private volatile long freshUntil = System.nanoTime();
    private long renewAt;
    private boolean away;

    /** @param every how often to look after what is to be done */
    Lease(Replicas replicas, Sandboxes sandboxes, Duration every) {
        this.replicas = replicas;
        this.sandboxes = sandboxes;
        this.every = every;
    }

    /** Joins the others; whatever an earlier life of this process left in sandboxes is removed. */
    void join() {
        long before = System.nanoTime();
        replicas.join();
        renewed(before);
        replicas.strikeOffDead();
        sandboxes.sweep(replicas::alive);
    }

    /**
     * Looks after the lease from now on.
     *
     * @param unowned told of each run that this process has to go on with, again and again while it is so
     * @param chores done each time after that
     */
    void keep(Consumer<ThreadId> unowned, Runnable chores) {
        var _ = timer.scheduleWithFixedDelay(() -> tick(unowned, chores), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick(Consumer<ThreadId> unowned, Runnable chores) {
        try {
            renewInTime();
            if (replicas.strikeOffDead()) {
                LOG.info("a replica is dead: its sandboxes are removed, and its turns taken over");
                sandboxes.sweep(replicas::alive);
            }
            replicas.mine().forEach(unowned);
            chores.run();
            if (away) {
                LOG.info("the store is back");
            }
            away = false;
        } catch (JournalUnavailable e) {
            if (!away) {
                LOG.warn("the store is unavailable", e);
            }
            away = true;
        } catch (RuntimeException | Error e) {
            LOG.error("looking after this process's turns failed; it is tried again", e);
        }
    }

    private void renewInTime() {
        long before = System.nanoTime();
        if (before - renewAt >= 0) {
            replicas.renew();
            renewed(before);
        }
    }

    private void renewed(long before) {
        freshUntil = before + replicas.lease().toNanos();
        renewAt = before + replicas.lease().toNanos() / RENEWALS;
    }

    /** The id of this process among the others. */
    String holder() {
        return replicas.id();
    }

    /** Whether the lease certainly still runs: a process that was paused must look again before it does anything. */
    boolean isFresh() {
        return System.nanoTime() - freshUntil < 0;
    }

    /** The right to go on with a run; empty if it is another's. */
    Optional<Claim> claim(ThreadId thread) {
        return replicas.claim(thread);
    }

    /** Lets others take over at once. */
    @Override
    public void close() {
        timer.shutdownNow();
        Thread leaving = Thread.startVirtualThread(this::leave);
        try {
            leaving.join(LEAVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() {
        try {
            replicas.leave();
        } catch (JournalUnavailable e) {
            LOG.debug("could not leave; the lease runs out by itself", e);
        }
    }
}
