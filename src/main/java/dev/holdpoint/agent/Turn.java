package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Status;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.SequenceConflict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A running turn in the hands of one loop: its state, and the only pen it is written with. Others may add to the thread
 * meanwhile (a cancel, a new title); an append that finds such news takes them in and tries again, unless they say that
 * the run is over.
 */
final class Turn {

    /** A fold reads this many events at a time, to bound the memory of long threads. */
    static final int PAGE = 512;

    private final Journal journal;
    private final ThreadState state;
    private final String runId;
    private final LiveThread live;

    Turn(Journal journal, ThreadState state, LiveThread live) {
        this.journal = journal;
        this.state = state;
        this.runId = state.runId().orElseThrow();
        this.live = live;
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
        try {
            state.apply(journal.append(state.id(), state.seq(), batch));
            return true;
        } catch (SequenceConflict e) {
            catchUp(journal, state);
            checkOwned();
            return false;
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
