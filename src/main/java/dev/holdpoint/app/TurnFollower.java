package dev.holdpoint.app;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the journal to observers, on a thread of its own: a turn never waits for telemetry. The queue is bounded, and
 * what doesn't fit is dropped. What was missed (dropped, or written before this process began) is read again from the
 * journal, so that the observers know the thread; they aren't shown it.
 */
final class TurnFollower implements AutoCloseable {

    /** Batches that may wait. */
    static final int QUEUE = 4_096;

    /** Threads that are remembered at one time. */
    static final int THREADS = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(TurnFollower.class);
    private static final int PAGE = 512;
    private static final long DRAIN_MILLIS = 1_000;

    private final Journal journal;
    private final List<TurnObserver> observers;
    private final UnaryOperator<String> keptArguments;
    private final int maxThreads;
    private final Map<ThreadId, ThreadFacts> known = new LinkedHashMap<>(16, 0.75f, true);
    private final ThreadPoolExecutor worker;
    private final Journal.Subscription following;
    private final AtomicBoolean saidDropped = new AtomicBoolean();
    private final AtomicBoolean saidBroken = new AtomicBoolean();

    /**
     * Begins to follow.
     *
     * @param keptArguments what the observers need of a call's arguments
     * @param maxThreads the threads to remember; the one that was quiet for longest makes room
     */
    TurnFollower(Journal journal, List<TurnObserver> observers, UnaryOperator<String> keptArguments, int maxThreads) {
        this.journal = journal;
        this.observers = List.copyOf(observers);
        this.keptArguments = keptArguments;
        this.maxThreads = maxThreads;
        this.worker = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("holdpoint-telemetry").factory(),
                (task, full) -> dropped());
        this.following = journal.follow(batch -> worker.execute(() -> show(batch)));
    }

    private void dropped() {
        if (!worker.isShutdown() && saidDropped.compareAndSet(false, true)) {
            LOG.warn("telemetry can't keep up: some events won't show in metrics and traces");
        }
    }

    private void show(List<Recorded> batch) {
        try {
            ThreadFacts facts = facts(batch.getFirst());
            for (Recorded recorded : batch) {
                observers.forEach(observer -> observer.saw(recorded, facts));
                facts.apply(recorded);
            }
            makeRoom();
        } catch (RuntimeException e) {
            if (saidBroken.compareAndSet(false, true)) {
                LOG.warn("telemetry failed on an event; further failures are logged at DEBUG", e);
            } else {
                LOG.debug("telemetry failed on an event", e);
            }
        }
    }

    private ThreadFacts facts(Recorded first) {
        ThreadId id = first.threadId();
        ThreadFacts facts = known.get(id);
        if (facts != null && first.seq() <= facts.seq()) {
            // The id was deleted and is used again.
            forget(id);
            facts = null;
        }
        if (facts == null) {
            facts = new ThreadFacts(keptArguments);
            known.put(id, facts);
        }
        catchUp(facts, first);
        return facts;
    }

    private void catchUp(ThreadFacts facts, Recorded first) {
        while (facts.seq() < first.seq() - 1) {
            List<Recorded> missed = journal.read(first.threadId(), facts.seq(), PAGE);
            if (missed.isEmpty()) {
                return;
            }
            missed.stream().filter(r -> r.seq() < first.seq()).forEach(facts::apply);
        }
    }

    private void makeRoom() {
        List<ThreadId> oldest = new ArrayList<>();
        known.keySet().stream().limit(Math.max(0, known.size() - maxThreads)).forEach(oldest::add);
        oldest.forEach(this::forget);
    }

    private void forget(ThreadId id) {
        known.remove(id);
        observers.forEach(observer -> observer.forgot(id));
    }

    /** Shows what came until now, within a second, and closes the observers. */
    @Override
    public void close() {
        following.close();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "telemetry stopped before it had seen {} batches",
                        worker.getQueue().size());
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        observers.forEach(TurnObserver::close);
    }
}
