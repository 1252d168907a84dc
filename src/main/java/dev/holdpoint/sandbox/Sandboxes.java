package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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

    /** Whether this installation made a workspace for the thread, and it is still there. */
    boolean exists(ThreadId thread);

    /**
     * The threads for which this installation made a workspace at least so long ago, and didn't remove it. Those of
     * other installations on the same root are never among them, nor are folders that it didn't make.
     */
    List<ThreadId> olderThan(Duration age);

    /** Whether a sandbox runs for this thread: {@code none}, {@code running} or {@code stopped}. */
    String state(ThreadId thread);

    /** How many sandboxes that this process made run now. */
    int running();

    /** How many commands run in them, and how many wait until they may. */
    CommandLoad load();

    /**
     * Ends the thread's sandbox with all its processes, whichever process made it, and removes its workspace. No error
     * if there is none. Bubblewrap can end only what runs in this process. Until {@link #of} makes it anew, no command
     * finds a workspace.
     */
    void remove(ThreadId thread);

    /**
     * Ends what other processes run in this thread's sandbox: they are not to be trusted with it any more. If that can't
     * be done now, a sweep does it.
     */
    void takeOver(ThreadId thread);

    /**
     * Removes what processes of this installation that are not among these left behind. What this process has stays.
     *
     * @param owners the processes that live, by {@link SandboxSettings#owner()}; asked for after a look at what there
     *     is, so that nobody who joins meanwhile is taken for dead
     */
    void sweep(Supplier<? extends Collection<String>> owners);

    /**
     * Copies a thread's files to a thread that has none yet, which sees all of them or none. Links are copied as links;
     * sockets, pipes and devices are left out. What a command changes meanwhile may be copied in either state or be
     * missing.
     *
     * @throws FileProblem if the disk is full, or if something can't be read
     */
    void copy(ThreadId from, ThreadId to) throws IOException;

    /** Ends the sandboxes that this process made; the workspaces stay, and so do sandboxes that it only shared. */
    @Override
    void close();
}
