package dev.holdpoint.agent;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes threads that nobody has used for long, never one that runs or waits, and what is left of copies that were
 * never finished. On a thread of its own, as ending sandboxes takes a while. Several processes may do so at once: each
 * thread is removed by one of them.
 */
final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int BATCH = 50;
    /** Long after the last thing was written of it, a copy has certainly been given up. */
    private static final Duration GIVEN_UP = Duration.ofHours(1);

    private final Journal journal;
    private final @Nullable Duration keep;
    private final Consumer<ThreadId> removed;
    private final Supplier<Instant> now;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-retention").factory());

    /**
     * Does nothing by itself before {@link #begin}.
     *
     * @param keep how long a thread is kept after the last thing that happened in it; for ever, when null
     * @param removed told of each thread whose journal is gone
     */
    Retention(Journal journal, @Nullable Duration keep, Consumer<ThreadId> removed, Supplier<Instant> now) {
        this.journal = journal;
        this.keep = keep;
        this.removed = removed;
        this.now = now;
    }

    /** Looks soon, and every hour from then on. */
    void begin() {
        var _ = timer.scheduleWithFixedDelay(
                this::removeUnused, FIRST.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    void removeUnused() {
        try {
            journal.removeUnfinished(now.get().minus(GIVEN_UP)).forEach(this::tell);
            if (keep != null) {
                removeUnused(keep);
            }
        } catch (JournalUnavailable e) {
            LOG.warn("the store is unavailable; unused threads are removed later", e);
        } catch (RuntimeException | Error e) {
            LOG.error("removing unused threads failed; it is tried again", e);
        }
    }

    private void removeUnused(Duration unusedFor) {
        int count = removeAll(unusedFor);
        if (count > 0) {
            LOG.info("{} threads are removed: nothing happened in them for {} h", count, unusedFor.toHours());
        }
    }

    private int removeAll(Duration unusedFor) {
        int count = 0;
        List<ThreadId> batch = journal.unused(unusedFor, BATCH);
        while (!batch.isEmpty() && !timer.isShutdown()) {
            for (ThreadId thread : batch) {
                if (journal.deleteUnused(thread, unusedFor)) {
                    tell(thread);
                    count++;
                }
            }
            batch = journal.unused(unusedFor, BATCH);
        }
        return count;
    }

    /** What fails for one thread is no reason to keep the others; {@link Orphans} looks for what is left of it. */
    private void tell(ThreadId thread) {
        try {
            removed.accept(thread);
        } catch (RuntimeException e) {
            LOG.warn("thread {} is removed, but something of it is left", thread, e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
