package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.util.Collection;
import java.util.Optional;

/** The sandboxes of all threads: one for each, made at first need, gone with its thread. Safe for many threads. */
public interface Sandboxes extends AutoCloseable {

    /** {@code docker}, {@code bubblewrap} or {@code none}. */
    String backend();

    /** Why commands can't run right now, with what to do about it; empty when they can. Answers within 5 s. */
    Optional<String> problem();

    /**
     * The thread's sandbox. Cheap: nothing is started before the first command, but the workspace folder exists when
     * this returns.
     */
    Sandbox of(ThreadId thread);

    /** Whether a sandbox runs for this thread: {@code none}, {@code running} or {@code stopped}. */
    String state(ThreadId thread);

    /** How many sandboxes run now. */
    int running();

    /** Ends the thread's sandbox with all its processes and removes its workspace. No error if there is none. */
    void remove(ThreadId thread);

    /** Removes every sandbox of this installation whose thread isn't among these. */
    void sweep(Collection<ThreadId> live);

    /** Ends all sandboxes of this process; the workspaces stay. */
    @Override
    void close();
}
