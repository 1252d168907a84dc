package dev.holdpoint.agent;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes workspaces without a thread: what is left when a process dies between the journal and the files, at the end of
 * a thread or at its beginning. On a thread of its own, as ending sandboxes takes a while.
 */
final class Orphans implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    /** Files come before their journal: a workspace that is younger may be that of a thread about to be. */
    private static final Duration AGE = Duration.ofMinutes(10);

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int BATCH = 200;

    private final Journal journal;
    private final Sandboxes sandboxes;
    private final Consumer<ThreadId> orphan;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-orphans").factory());

    /**
     * Does nothing by itself before {@link #begin}.
     *
     * @param orphan told of each id that has a workspace and no thread; looks again, as there may be one by now
     */
    Orphans(Journal journal, Sandboxes sandboxes, Consumer<ThreadId> orphan) {
        this.journal = journal;
        this.sandboxes = sandboxes;
        this.orphan = orphan;
    }

    /** Looks soon, and every hour from then on. */
    void begin() {
        var _ = timer.scheduleWithFixedDelay(this::remove, FIRST.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    void remove() {
        try {
            List<ThreadId> made = sandboxes.olderThan(AGE);
            for (int from = 0; from < made.size() && !timer.isShutdown(); from += BATCH) {
                withoutThread(made.subList(from, Math.min(from + BATCH, made.size())))
                        .forEach(this::remove);
            }
        } catch (JournalUnavailable e) {
            LOG.warn("the store is unavailable; left-over workspaces are removed later", e);
        } catch (RuntimeException | Error e) {
            LOG.error("looking for left-over workspaces failed; it is tried again", e);
        }
    }

    private List<ThreadId> withoutThread(List<ThreadId> made) {
        Set<ThreadId> known =
                journal.find(made).stream().map(Journal.Listed::thread).collect(Collectors.toSet());
        List<ThreadId> orphans = new ArrayList<>(made);
        orphans.removeAll(known);
        return orphans;
    }

    private void remove(ThreadId id) {
        try {
            orphan.accept(id);
            LOG.info("a workspace without a thread is removed: {}", id);
        } catch (RuntimeException e) {
            LOG.warn("a workspace without a thread could not be removed: {}", id, e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
