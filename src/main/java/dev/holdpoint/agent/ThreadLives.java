package dev.holdpoint.agent;

import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Append;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.journal.RequestKnown;
import dev.holdpoint.journal.Requests.Carried;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandboxes;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How threads begin and end: what they have besides their journal is there before it, and goes after it. */
final class ThreadLives {

    private final Journal journal;
    private final Sandboxes sandboxes;
    private final Processes processes;
    private final Turns turns;
    private final LiveThreads live;
    private final Repeats repeats;
    private volatile Consumer<ThreadId> onDeleted = id -> {};

    ThreadLives(
            Journal journal, Sandboxes sandboxes, Processes processes, Turns turns, LiveThreads live, Repeats repeats) {
        this.journal = journal;
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.turns = turns;
        this.live = live;
        this.repeats = repeats;
    }

    /** Has this called for each thread that this process deletes. */
    void onDeleted(Consumer<ThreadId> listener) {
        onDeleted = listener;
    }

    /** As {@link AgentOrchestrator#create}. */
    ThreadId begin(ThreadId id, ThreadCreated created, @Nullable RequestKey request) {
        Optional<ThreadId> made = repeats.earlier(request).map(Carried::thread);
        if (made.isPresent()) {
            return made.get();
        }
        if (sandboxes.exists(id)) {
            gone(id);
        }
        sandboxes.of(id);
        try {
            journal.append(Append.of(id, 0, List.of(created)).carryingOut(request));
            return id;
        } catch (RequestKnown e) {
            sandboxes.remove(id);
            return begin(id, created, request);
        }
    }

    /** As {@link AgentOrchestrator#delete}. */
    void end(ThreadId id) {
        // The journal first: from here on nobody can begin anything on this thread, and what is under way can't go on.
        boolean deleted = journal.delete(id);
        // An earlier try may have come only so far.
        if (!deleted && !sandboxes.exists(id)) {
            throw Refused.unknownThread();
        }
        ended(id);
    }

    /** The thread's journal was deleted here. */
    void ended(ThreadId id) {
        onDeleted.accept(id);
        forget(id);
    }

    private void forget(ThreadId id) {
        turns.abandon(id);
        live.gone(id);
        processes.forget(id);
        sandboxes.remove(id);
    }

    /** Another process deleted the thread, or this one did in an earlier life; by now there may be a new one of its id. */
    void gone(ThreadId id) {
        if (journal.lastSeq(id).isEmpty()) {
            forget(id);
        }
    }
}
