package dev.holdpoint.agent;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import java.util.List;
import java.util.concurrent.Callable;

/** What every request on a thread does first, for those who measure it. */
public final class Opening {

    private Opening() {}

    /** Reads the thread's journal from its first event, and folds it. */
    public static ThreadState open(Journal journal, ThreadId thread) {
        return Turn.catchUp(journal, new ThreadState(thread));
    }

    /** As requests do it: what was folded before is kept. */
    public static Callable<ThreadState> again(Journal journal, ThreadId thread) {
        ThreadStates states = new ThreadStates(journal, Long.MAX_VALUE);
        return () -> states.open(thread);
    }

    /** The fold alone. */
    public static ThreadState fold(ThreadId thread, List<Recorded> events) {
        return new ThreadState(thread).apply(events);
    }
}
