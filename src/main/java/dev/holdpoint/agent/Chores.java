package dev.holdpoint.agent;

import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.sandbox.Sandboxes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be looked after once a second, whether or not anybody asks: turns without an owner, interrupts that
 * expired, news that were missed. Sandboxes that dead processes left are swept on a thread of its own, as an engine may
 * take its time.
 */
final class Chores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofSeconds(1);

    private final Lease lease;
    private final Replicas replicas;
    private final Sandboxes sandboxes;
    private final ScheduledExecutorService timer = timer("holdpoint-chores");
    private final ScheduledExecutorService sweeper = timer("holdpoint-sweep");
    private volatile boolean away;

    Chores(Lease lease, Replicas replicas, Sandboxes sandboxes) {
        this.lease = lease;
        this.replicas = replicas;
        this.sandboxes = sandboxes;
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /**
     * Removes what dead processes left, and begins.
     *
     * @param chores what to do each time, in this order
     */
    void begin(List<Runnable> chores) {
        sandboxes.sweep(replicas::alive);
        var _ = timer.scheduleWithFixedDelay(() -> tick(chores), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        var _ = sweeper.scheduleWithFixedDelay(
                this::sweep, SWEEP_EVERY.toMillis(), SWEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick(List<Runnable> chores) {
        try {
            if (lease.strikeOffDead()) {
                LOG.info("a replica is dead: its turns are taken over");
                sweeper.execute(this::sweep);
            }
            chores.forEach(Runnable::run);
            away = false;
        } catch (JournalUnavailable e) {
            if (!away) {
                LOG.debug("the store is unavailable; what is to be done waits", e);
            }
            away = true;
        } catch (RuntimeException | Error e) {
            LOG.error("looking after this process's turns failed; it is tried again", e);
        }
    }

    private void sweep() {
        try {
            sandboxes.sweep(replicas::alive);
        } catch (JournalUnavailable e) {
            LOG.debug("the store is unavailable; sandboxes are swept later", e);
        } catch (RuntimeException | Error e) {
            LOG.error("sweeping sandboxes failed; it is tried again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        sweeper.shutdownNow();
        try {
            var _ = timer.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
