package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.journal.Append;
import dev.holdpoint.journal.Claim;
import dev.holdpoint.journal.ClaimLost;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.SequenceConflict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * A running turn in the hands of one loop: its state, and the only pen it is written with. Others may add to the thread
 * meanwhile (a cancel, a new title); an append that finds such news takes them in and tries again, unless they say that
 * the run is over.
 */
final class Turn {

    /** A fold reads this many events at a time, to bound the memory of long threads. */
    static final int PAGE = 512;

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);

    private final Journal journal;
    private final Claim claim;
    private final Lease lease;
    private final ThreadState state;
    private final String runId;
    private final LiveThread live;
    private final BooleanSupplier stopped;
    /** What this turn's state contains, for other threads to know. */
    private volatile long seen;
    /** Nobody can have taken the run since the last append and before this moment. */
    private long safeUntil = System.nanoTime();

    /** @param stopped whether the service stops: then nothing is waited for any more */
    Turn(Journal journal, Claim claim, Lease lease, ThreadState state, LiveThread live, BooleanSupplier stopped) {
        this.journal = journal;
        this.claim = claim;
        this.lease = lease;
        this.state = state;
        this.runId = state.runId().orElseThrow();
        this.live = live;
        this.stopped = stopped;
        this.seen = state.seq();
    }

    static ThreadState catchUp(Journal journal, ThreadState state) {
        while (true) {
            var news = journal.read(state.id(), state.seq(), PAGE);
            state.apply(news);
            if (news.size() < PAGE) {
                return state;
            }
        }
    }

    ThreadState state() {
        return state;
    }

    String runId() {
        return runId;
    }

    void preview(Delta delta) {
        live.preview(delta);
    }

    LiveThread.Shown shown(String messageId) {
        return live.shown(messageId);
    }

    /**
     * Appends, together with a new snapshot where these events change what a client shows.
     *
     * @throws TurnLost if the run is over
     */
    void append(List<? extends Event> events) {
        boolean done = events.isEmpty();
        while (!done) {
            done = tryAppend(events);
        }
    }

    /**
     * Appends what is only right as long as nothing else happened.
     *
     * @return false if something did: it is taken in, nothing was appended, and the caller has to think again
     * @throws TurnLost if the run is over
     */
    boolean tryAppend(List<? extends Event> events) {
        List<Event> batch = new ArrayList<>(events);
        state.snapshotAfter(batch).ifPresent(snapshot -> batch.add(place(batch), snapshot));
        long fresh = lease.freshUntil();
        try {
            state.apply(written(Append.of(state.id(), state.seq(), batch).under(claim)));
            seen = state.seq();
            safeUntil = fresh;
            return true;
        } catch (ClaimLost e) {
            throw new TurnLost(runId);
        } catch (SequenceConflict e) {
            patiently(attempt -> catchUp(journal, state));
            seen = state.seq();
            checkUnderWay();
            return false;
        }
    }

    private List<Recorded> written(Append append) {
        return patiently(attempt -> {
            List<Recorded> there = attempt == 0 ? List.of() : alreadyWritten(append);
            return there.isEmpty() ? journal.append(append) : there;
        });
    }

    /** What happened must not be lost because the store is away for a while: it is kept in hand until it is back. */
    private <T> T patiently(IntFunction<T> work) {
        Duration pause = FIRST_RETRY;
        for (int attempt = 0; true; attempt++) {
            try {
                return work.apply(attempt);
            } catch (JournalUnavailable e) {
                if (stopped.getAsBoolean()) {
                    throw e;
                }
                Uninterrupted.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? pause.multipliedBy(2) : LAST_RETRY;
            }
        }
    }

    /** A connection that dies during the commit leaves it open whether there was one. */
    private List<Recorded> alreadyWritten(Append append) {
        List<Recorded> there = journal.read(
                append.thread(), append.expectedSeq(), append.events().size());
        boolean same = there.stream().map(Recorded::event).toList().equals(append.events());
        if (same) {
            live.known(there.getLast().seq());
        }
        return same ? there : List.of();
    }

    /**
     * To be asked right before something is done that can't be undone, and right after that was written down. A lease that
     * was renewed meanwhile proves nothing: another may have had the run in between.
     *
     * @throws TurnLost if another has the turn
     */
    void checkOwned() {
        boolean safe = System.nanoTime() - safeUntil < 0;
        if (!safe && !patiently(attempt -> lease.confirm(claim))) {
            throw new TurnLost(runId);
        }
    }

    /** Whether another process has taken the run. Any thread may ask. */
    boolean isTaken() {
        return !lease.holds(claim);
    }

    /** Takes in what others wrote, and tells whether that or the time makes this turn end. */
    boolean isToEnd(Duration turnTimeout, Instant now) {
        catchUp(journal, state);
        return switch (state.next(turnTimeout, now)) {
            case CANCEL, OUT_OF_TIME -> true;
            case ASK_MODEL, RUN_CALLS, FINISH, REST -> false;
        };
    }

    /** Whether a cancel stands among the events up to this one that the turn hasn't taken in. Any thread may ask. */
    boolean isCancelledAfter(long seq) {
        return seq > seen
                && journal.read(state.id(), seen, PAGE).stream()
                        .anyMatch(r -> r.event() instanceof Event.CancelRequested);
    }

    private void checkUnderWay() {
        boolean ours = state.runId().filter(runId::equals).isPresent();
        if (!ours || state.status() != Status.RUNNING) {
            throw new TurnLost(runId);
        }
    }

    /** A snapshot comes before what ends the run: nothing follows an end. */
    private static int place(List<Event> batch) {
        boolean ends = batch.getLast() instanceof Event.RunFinished
                || batch.getLast() instanceof Event.RunFailed
                || batch.getLast() instanceof Event.ApprovalRequested;
        return ends ? batch.size() - 1 : batch.size();
    }
}
