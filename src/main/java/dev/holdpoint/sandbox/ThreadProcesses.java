package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The commands that run in the background of one thread, and those of them that ended lately. */
public record ThreadProcesses(Processes all, ThreadId thread) {

    /**
     * Starts a command, and returns when it has started. It goes on, whatever becomes of the caller, until it ends by
     * itself, is killed, its time is up, or the thread's sandbox ends.
     *
     * @param timeout none for as long as the sandbox is there
     * @param waiting is told what the sandbox says before the command starts, and asked right before it does
     * @return its id
     * @throws Overloaded if too many run already
     * @throws SandboxUnavailable if it was certainly not started
     * @throws IllegalArgumentException if the command is out of bounds
     */
    public String start(Sandbox sandbox, String command, Optional<Duration> timeout, ExecOutput waiting)
            throws SandboxUnavailable, InterruptedException {
        return all.start(thread, sandbox, command, timeout, waiting);
    }

    /** In the order in which they were started. */
    public List<ProcessInfo> list() {
        return all.list(thread);
    }

    /**
     * What a process printed, as far as it is kept.
     *
     * @param after from this offset on
     * @return empty if there is no such process
     */
    public Optional<ProcessOutput> output(String id, long after) {
        return all.output(thread, id, after);
    }

    /** Ends a process with its children. No error if it has ended. @return false if there is no such process */
    public boolean kill(String id) throws InterruptedException {
        return all.kill(thread, id);
    }
}
