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
    private final Lease.Term term;
    private final ThreadState state;
    private final String runId;
    private final LiveThread live;
    private final BooleanSupplier stopped;
    /** What this turn's state contains, for other threads to know. */
    private volatile long seen;

    /**
     * Takes a run in hand.
     *
     * @param term of the lease under which the claim was made
     * @param stopped whether the service stops: then nothing is waited for any more
     */
    Turn(Journal journal, Claim claim, Lease.Term term, ThreadState state, LiveThread live, BooleanSupplier stopped) {
        this.journal = journal;
        this.claim = claim;
        this.term = term;
        this.state = state;
        this.runId = state.runId().orElseThrow();
        this.live = live;
        this.stopped = stopped;
        this.seen = state.seq();
    }

    /** Reads on up to a sequence, or to the journal's end if it is shorter. */
    static ThreadState catchUp(Journal journal, ThreadState state, long upTo) {
        while (state.seq() < upTo) {
            var news = journal.read(state.id(), state.seq(), (int) Math.min(PAGE, upTo - state.seq()));
            if (news.isEmpty()) {
                return state;
            }
            state.apply(news);
        }
        return state;
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

    String printed(String callId) {
        return live.printed(callId);
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
        try {
            state.apply(written(Append.of(state.id(), state.seq(), batch).under(claim)));
            seen = state.seq();
            return true;
        } catch (ClaimLost e) {
            throw new TurnLost(runId);
        } catch (SequenceConflict e) {
            patiently(attempt -> catchUp(journal, state));
            seen = state.seq();
            checkOwned();
            return false;
        }
    }

    private List<Recorded> written(Append append) {
        return patiently(attempt -> attempt == 0 ? journal.append(append) : writtenAgain(append));
    }

    /** A commit whose answer was lost may have happened, or may happen yet, while this one waits for it. */
    private List<Recorded> writtenAgain(Append append) {
        List<Recorded> there = alreadyWritten(append);
        if (!there.isEmpty()) {
            return there;
        }
        try {
            return journal.append(append);
        } catch (SequenceConflict | ClaimLost e) {
            there = alreadyWritten(append);
            if (there.isEmpty()) {
                throw e;
            }
            return there;
        }
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

    /** What was appended, if it was; those who follow haven't been told. */
    private List<Recorded> alreadyWritten(Append append) {
        List<Recorded> there = journal.read(
                append.thread(), append.expectedSeq(), append.events().size());
        boolean same = there.stream().map(Recorded::event).toList().equals(append.events());
        if (same) {
            live.appended(there);
        }
        return same ? there : List.of();
    }

    /**
     * To be asked right before something is done that can't be undone.
     *
     * @throws TurnLost if this process was held up for so long that another may have the turn by now
     */
    void checkLease() {
        if (!term.isCurrent()) {
            throw new TurnLost(runId);
        }
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

    private void checkOwned() {
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
