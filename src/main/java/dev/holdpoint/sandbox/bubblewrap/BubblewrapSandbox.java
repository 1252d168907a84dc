package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One thread's commands and files. */
final class BubblewrapSandbox implements Sandbox {

    private static final int KILLED = 137;

    private final BubblewrapLauncher launcher;
    private final OpenedAhead ahead;
    private final ThreadId thread;
    private final SandboxFiles files;
    private final Set<BubblewrapRun> running = ConcurrentHashMap.newKeySet();
    private volatile boolean gone;

    BubblewrapSandbox(BubblewrapLauncher launcher, OpenedAhead ahead, ThreadId thread, SandboxFiles files) {
        this.launcher = launcher;
        this.ahead = ahead;
        this.thread = thread;
        this.files = files;
    }

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        if (gone) {
            throw new SandboxUnavailable("this thread's sandbox was removed");
        }
        output.starting();
        try (BubblewrapRun run = start(request.command(), output)) {
            running.add(run);
            try {
                if (gone) {
                    run.end();
                }
                return settle(run.await(request.timeout()));
            } finally {
                running.remove(run);
                ahead.open(this);
            }
        }
    }

    private ExecResult settle(ExecResult result) {
        boolean memory = launcher.groups().killedForMemory(thread);
        boolean killed = Objects.equals(result.exitCode(), KILLED) || result.outcome() == Outcome.SANDBOX_LOST;
        return memory && killed && !gone ? new ExecResult(Outcome.OOM_KILLED, null, result.duration()) : result;
    }

    private BubblewrapRun start(String command, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        Optional<WaitingShell> ready = ahead.take(this, launcher.place(thread));
        if (ready.isPresent()) {
            try {
                return ready.get().give(command, output);
            } catch (IOException e) {
                ready.get().discard(); // it died just now
            }
        }
        WaitingShell fresh = launch();
        try {
            return fresh.give(command, output);
        } catch (IOException e) {
            fresh.discard();
            throw new SandboxUnavailable("bubblewrap can't make a sandbox: it ended before it took its command", e);
        }
    }

    WaitingShell launch() throws SandboxUnavailable, InterruptedException {
        return launcher.launch(thread);
    }

    boolean isGone() {
        return gone;
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
        ahead.end(this);
        removeGroups();
    }

    void removeGroups() {
        launcher.groups().remove(thread);
    }
}
