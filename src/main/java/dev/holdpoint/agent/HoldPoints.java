package dev.holdpoint.agent;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.RequestKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where turns wait for people: takes what they decide, and decides itself when nobody did in time. */
final class HoldPoints {

    private final Journal journal;
    private final Threads threads;
    private final Turns turns;
    private final Decisions decisions;
    private final @Nullable Duration ttl;
    private final Clock clock;

    /** @param ttl after which an undecided call is rejected; never, when null */
    HoldPoints(
            Journal journal, Threads threads, Turns turns, Decisions decisions, @Nullable Duration ttl, Clock clock) {
        this.journal = journal;
        this.threads = threads;
        this.turns = turns;
        this.decisions = decisions;
        this.ttl = ttl;
        this.clock = clock;
    }

    /** Decides everything that is pending in the same way. */
    ThreadState decideAll(ThreadId id, Decision decision, @Nullable RequestKey request) {
        expire(id);
        return decide(id, Ids.run(), request, state -> decisions.all(state, decision, "user"));
    }

    /** Decides on single calls. */
    ThreadState decide(ThreadId id, List<DecisionRequest> requests, String runId, @Nullable RequestKey request) {
        expire(id);
        return decide(id, runId, request, state -> decisions.some(state, requests, "user"));
    }

    private ThreadState decide(
            ThreadId id,
            String runId,
            @Nullable RequestKey request,
            Function<ThreadState, List<ApprovalDecided>> decide) {
        ThreadState state = threads.write(id, request, before -> {
            List<ApprovalDecided> made = decide.apply(before);
            List<Event> events = new ArrayList<>(made);
            if (!made.isEmpty() && made.size() == before.pending().size()) {
                events.add(new RunStarted(runId, before.runId().orElseThrow(), before.mode()));
            }
            return events;
        });
        if (state.status() == Status.RUNNING) {
            turns.goOn(id);
        }
        return state;
    }

    /** Rejects what has waited for too long, in all threads. */
    void expire() {
        if (ttl != null) {
            journal.expired(clock.instant()).forEach(this::expire);
        }
    }

    private void expire(ThreadId id) {
        if (ttl == null) {
            return;
        }
        Instant now = clock.instant();
        try {
            decide(
                    id,
                    Ids.run(),
                    null,
                    state -> state.pending().stream()
                            .filter(i -> i.expiresAt() != null && !now.isBefore(i.expiresAt()))
                            .map(i -> new ApprovalDecided(
                                    i.id(), i.call().id(), Decision.reject(null), ApprovalDecided.SYSTEM))
                            .toList());
        } catch (Refused e) {
            // Deleted meanwhile: nothing waits any more.
        }
    }
}
