package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One thread's commands and files. */
final class BubblewrapSandbox implements Sandbox {

    private final BubblewrapLauncher launcher;
    private final ThreadId thread;
    private final SandboxFiles files;
    private final Set<BubblewrapRun> running = ConcurrentHashMap.newKeySet();
    private volatile boolean gone;

    BubblewrapSandbox(BubblewrapLauncher launcher, ThreadId thread, SandboxFiles files) {
        this.launcher = launcher;
        this.thread = thread;
        this.files = files;
    }

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        if (gone) {
            throw new SandboxUnavailable("this thread's sandbox was removed");
        }
        output.starting();
        try (BubblewrapLauncher.Launched launched = launcher.launch(thread, request.command(), output)) {
            BubblewrapRun run = launched.run();
            running.add(run);
            try {
                if (gone) {
                    run.end();
                }
                return run.await(request.timeout());
            } finally {
                running.remove(run);
            }
        }
    }

    @Override
    public InetSocketAddress server(int port) throws SandboxUnavailable {
        throw new SandboxUnavailable("bubblewrap sandboxes have no network");
    }

    @Override
    public SandboxFiles files() {
        return files;
    }

    boolean isRunning() {
        return !running.isEmpty();
    }

    void end() {
        gone = true;
        running.forEach(BubblewrapRun::end);
    }
}
