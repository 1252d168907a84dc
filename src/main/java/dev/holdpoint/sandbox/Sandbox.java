package dev.holdpoint.sandbox;

import java.net.InetSocketAddress;

/** Where one thread's commands run and its files lie. Safe for many threads; commands run side by side. */
public interface Sandbox {

    /**
     * Runs a command by {@code sh -c} in {@code /workspace}, and blocks until it ended, its time ran out or the sandbox
     * was lost. When this returns or throws, none of the command's processes runs any more, but for background children
     * that it left behind on a normal exit where the backend keeps them; those never delay the return.
     *
     * @param output gets what it prints, live
     * @throws SandboxUnavailable if the command was certainly not started
     * @throws InterruptedException if the calling thread is interrupted; the process tree is dead by then
     */
    ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException;

    /**
     * Where this process reaches a server that listens on a port of the sandbox. Nobody says that one does.
     *
     * @throws SandboxUnavailable if the sandbox doesn't run, or has no network
     */
    default InetSocketAddress server(int port) throws SandboxUnavailable, InterruptedException {
        throw new SandboxUnavailable("sandboxes of this kind have no network");
    }

    /** The thread's files; usable while no command can run. */
    SandboxFiles files();
}
