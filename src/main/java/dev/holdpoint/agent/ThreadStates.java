package dev.holdpoint.agent;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.Journal.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Threads as they are now. What was folded lately is kept, within a bound, so that the next look costs what has happened
 * since, and not the whole journal again.
 */
final class ThreadStates {

    private final Journal journal;
    private final long bound;
    /** The least recently used first. Guarded by this. */
    private final Map<ThreadId, ThreadState> kept = new LinkedHashMap<>(16, 0.75f, true);

    private long size;

    /** @param bound characters of conversations that are kept */
    ThreadStates(Journal journal, long bound) {
        this.journal = journal;
        this.bound = bound;
    }

    /** The caller's own copy of a thread as it is now; at sequence 0 if there is none. */
    ThreadState open(ThreadId id) {
        List<Listed> found = journal.find(List.of(id));
        if (found.isEmpty()) {
            forget(id);
            return new ThreadState(id);
        }
        ThreadState state = Turn.catchUp(
                journal, known(id, found.getFirst()), found.getFirst().lastSeq());
        keep(state.copy());
        return state;
    }

    /** What is kept of this very thread; an earlier one of the same id is another. */
    private synchronized ThreadState known(ThreadId id, Listed now) {
        ThreadState state = kept.get(id);
        if (state == null
                || state.seq() > now.lastSeq()
                || !state.summary().createdAt().equals(now.summary().createdAt())) {
            return new ThreadState(id);
        }
        return state.copy();
    }

    private synchronized void keep(ThreadState state) {
        drop(state.id());
        if (state.size() > bound) {
            return;
        }
        kept.put(state.id(), state);
        size += state.size();
        for (ThreadId oldest : new ArrayList<>(kept.keySet())) {
            if (size <= bound) {
                return;
            }
            drop(oldest);
        }
    }

    private void drop(ThreadId id) {
        ThreadState dropped = kept.remove(id);
        size -= dropped == null ? 0 : dropped.size();
    }

    synchronized void forget(ThreadId id) {
        drop(id);
    }
}
