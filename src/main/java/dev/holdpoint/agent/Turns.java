package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Claim;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.SequenceConflict;
import dev.holdpoint.journal.UnknownThread;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The turns of this process: each runs on a virtual thread of its own while there is something to do; while a person
 * thinks it is a promise in a map, and holds no thread. Starting is idempotent: what there is to do is in the journal.
 */
final class Turns implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Journal journal;
    private final ThreadStates states;
    private final Lease lease;
    private final AgentLoop loop;
    private final LiveThreads live;
    private final Duration turnTimeout;
    private final Clock clock;
    private final ConcurrentHashMap<ThreadId, Worker> working = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ThreadId, Parked> parked = new ConcurrentHashMap<>();
    /** Threads whose work failed in a way that it would fail again. */
    private final Set<ThreadId> broken = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-timer").factory());
    private volatile boolean closing;

    Turns(
            Journal journal,
            ThreadStates states,
            Lease lease,
            AgentLoop loop,
            LiveThreads live,
            Duration turnTimeout,
            Clock clock) {
        this.journal = journal;
        this.states = states;
        this.lease = lease;
        this.loop = loop;
        this.live = live;
        this.turnTimeout = turnTimeout;
        this.clock = clock;
    }

    /** @param seq the last event when the turn was parked */
    private record Parked(long seq, UniEmitter<? super Boolean> promise) {}

    private final class Worker {
        private final ThreadId id;
        private final Thread thread;
        /** Guarded by the map of workers. */
        private boolean again;

        private volatile boolean abandoned;
        private volatile @Nullable Turn turn;

        private Worker(ThreadId id) {
            this.id = id;
            this.thread = Thread.ofVirtual().name("turn-" + id).unstarted(() -> work(this));
        }

        private boolean isStopped() {
            return closing || abandoned;
        }
    }

    void begin() {
        var _ = timer.scheduleWithFixedDelay(live::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** Starts what nobody works on; what broke off for a reason of our own isn't tried again and again. */
    void goOnWith(ThreadId id) {
        if (!isWorking(id) && !broken.contains(id)) {
            start(id);
        }
    }

    boolean isWorking(ThreadId id) {
        return working.containsKey(id);
    }

    /** Others wrote to this thread: the one who works on it may have to stop, and a promise may be out of date. */
    void news(ThreadId id, long seq) {
        Worker worker = working.get(id);
        if (worker != null) {
            Turn turn = worker.turn;
            if (turn != null && turn.isCancelledAfter(seq)) {
                stop(id);
            }
            return;
        }
        Parked waiting = parked.get(id);
        if (waiting != null && seq > waiting.seq()) {
            start(id);
        }
    }

    /** Threads that wait for a person, as far as this process knows. */
    List<ThreadId> parked() {
        return List.copyOf(parked.keySet());
    }

    int active() {
        return working.size();
    }

    int waiting() {
        return parked.size();
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * Works on the thread until nothing is left to do; if somebody does already, lets them look once more. Does nothing
     * while the service stops.
     */
    void start(ThreadId id) {
        if (closing) {
            return;
        }
        broken.remove(id);
        working.compute(id, (key, worker) -> {
            parked.remove(key);
            if (worker != null) {
                worker.again = true;
                return worker;
            }
            Worker fresh = new Worker(key);
            fresh.thread.start();
            return fresh;
        });
    }

    /** Keeps the promise of a parked turn; where there is none, as after a restart, the turn simply goes on. */
    void goOn(ThreadId id) {
        Parked waiting = parked.remove(id);
        if (waiting == null) {
            start(id);
        } else {
            waiting.promise().complete(true);
        }
    }

    /** Stops all work: what this process has in hand may be another's. What is still its own is started again. */
    void lost() {
        working.values().forEach(worker -> worker.thread.interrupt());
    }

    /** Makes the turn look at its journal at once, whatever it is doing. */
    void stop(ThreadId id) {
        working.computeIfPresent(id, (key, worker) -> {
            worker.thread.interrupt();
            return worker;
        });
        goOn(id);
    }

    /** Ends the work on a thread that is about to be deleted, and waits for it, at most 5 s. */
    void abandon(ThreadId id) {
        parked.remove(id);
        broken.remove(id);
        Worker worker = working.remove(id);
        if (worker == null) {
            return;
        }
        worker.abandoned = true;
        worker.thread.interrupt();
        try {
            if (!worker.thread.join(STOP_WAIT)) {
                LOG.warn("a turn of thread {} did not end in time", id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Worker worker) {
        ThreadId id = worker.id;
        MDC.put("thread_id", id.value());
        LiveThread held = live.acquire(id);
        try {
            boolean more = true;
            while (more) {
                Optional<ThreadState> state = drive(worker, held);
                more = working.computeIfPresent(id, (key, w) -> w == worker ? rest(worker, state) : w) == worker;
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the work on this thread broke off; a cancel or a restart takes it up again", e);
            broken.add(id);
        } finally {
            working.remove(id, worker);
            live.release(id, held);
            MDC.clear();
        }
    }

    /** @return the worker if it has to look again; else the thread is left alone, parked if it waits for a person */
    private @Nullable Worker rest(Worker worker, Optional<ThreadState> state) {
        if (worker.again && !worker.isStopped()) {
            worker.again = false;
            return worker;
        }
        state.filter(s -> s.status() == Status.INTERRUPTED && !worker.isStopped())
                .ifPresent(s -> park(worker.id, s.seq()));
        return null;
    }

    private void park(ThreadId id, long seq) {
        Uni<Boolean> decided = Uni.createFrom().emitter(promise -> parked.put(id, new Parked(seq, promise)));
        decided.subscribe().with(go -> start(id));
    }

    /** @return the state in which the work came to rest; empty if it couldn't be told */
    private Optional<ThreadState> drive(Worker worker, LiveThread held) {
        ThreadId id = worker.id;
        try {
            ThreadState state = states.open(id);
            held.known(state.seq());
            if (state.status() == Status.INTERRUPTED && state.pending().isEmpty()) {
                // All is decided, and the service stopped before the turn went on.
                var next = new Event.RunStarted(Ids.run(), state.runId().orElseThrow(), state.mode());
                state.apply(journal.append(id, state.seq(), List.of(next)));
            }
            if (state.status() == Status.RUNNING) {
                Lease.Term term = lease.term();
                Optional<Claim> claim = lease.claim(id);
                if (claim.isEmpty()) {
                    LOG.debug("another process has this turn");
                    return Optional.empty();
                }
                Turn.catchUp(journal, state);
                state.pausedUntil(now());
                Turn turn = new Turn(journal, claim.get(), term, state, held, worker::isStopped);
                worker.turn = turn;
                run(turn, worker);
            }
            return Optional.of(state);
        } catch (TurnLost | UnknownThread | SequenceConflict | RejectedExecutionException e) {
            // The last of these: the service stops, and nothing is timed any more.
            LOG.debug("stopped working: {}", e.getMessage());
        } catch (JournalUnavailable e) {
            LOG.warn("the store is unavailable, trying again in {} s", STORE_RETRY.toSeconds(), e);
            var _ = timer.schedule(() -> start(id), STORE_RETRY.toSeconds(), TimeUnit.SECONDS);
        }
        return Optional.empty();
    }

    private void run(Turn turn, Worker worker) {
        MDC.put("run_id", turn.runId());
        try {
            while (!worker.isStopped() && !ranToRest(turn)) {
                turn.checkLease();
                Turn.catchUp(journal, turn.state());
            }
        } catch (TurnLost | UnknownThread | JournalUnavailable | RejectedExecutionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            String reference = UUID.randomUUID().toString();
            LOG.error("the turn failed, reference {}", reference, e);
            Turn.catchUp(journal, turn.state());
            if (turn.state().status() == Status.RUNNING) {
                String message = "Something went wrong inside. Reference " + reference + ".";
                loop.fail(turn, new Failure(Failure.Code.INTERNAL, message));
            }
        }
    }

    /** @return false if it was interrupted: by a cancel, by the end of its time, or by the end of the service */
    private boolean ranToRest(Turn turn) {
        Future<?> alarm = alarm(turn.state(), Thread.currentThread());
        try {
            loop.run(turn);
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            alarm.cancel(false);
            Thread.interrupted();
        }
    }

    /** Interrupts the worker when the turn's working time is up; the loop then sees it in the state. */
    private Future<?> alarm(ThreadState state, Thread worker) {
        Duration left = turnTimeout.minus(state.worked(now()));
        return timer.schedule(worker::interrupt, Math.max(0, left.toMillis()) + 1, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closing = true;
        timer.shutdownNow();
        List<Worker> left = List.copyOf(working.values());
        left.forEach(w -> w.thread.interrupt());
        Instant until = Instant.now().plus(STOP_WAIT);
        long late = left.stream().filter(w -> !endsBefore(w.thread, until)).count();
        if (late > 0) {
            LOG.warn("{} turns did not stop in time; the next start takes them up as they are", late);
        }
    }

    /** All of them share the time that there is. */
    private static boolean endsBefore(Thread thread, Instant until) {
        try {
            return thread.join(Duration.between(Instant.now(), until));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
