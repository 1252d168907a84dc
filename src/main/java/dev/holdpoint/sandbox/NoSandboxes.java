package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** For a machine on which no command can run: files work, commands say what to install. */
final class NoSandboxes implements Sandboxes {

    private final Workspaces workspaces;
    private final String problem;

    NoSandboxes(Workspaces workspaces, String reasons) {
        this.workspaces = workspaces;
        this.problem = "commands can't run here: " + reasons + ". Then start the service again";
    }

    @Override
    public String backend() {
        return "none";
    }

    @Override
    public Optional<String> problem() {
        return Optional.of(problem);
    }

    @Override
    public Sandbox of(ThreadId thread) {
        workspaces.prepare(thread);
        return new OnlyFiles(workspaces.files(thread), problem);
    }

    @Override
    public boolean exists(ThreadId thread) {
        return workspaces.exists(thread);
    }

    @Override
    public List<ThreadId> olderThan(Duration age) {
        return workspaces.olderThan(age);
    }

    @Override
    public String state(ThreadId thread) {
        return "none";
    }

    @Override
    public int running() {
        return 0;
    }

    @Override
    public CommandLoad load() {
        return CommandLoad.NONE;
    }

    @Override
    public void remove(ThreadId thread) {
        workspaces.remove(thread, () -> {});
    }

    /** Nothing runs here. */
    @Override
    public void takeOver(ThreadId thread) {}

    @Override
    public void sweep(Supplier<? extends Collection<String>> owners) {
        workspaces.sweep(owners);
    }

    @Override
    public void copy(ThreadId from, ThreadId to) throws IOException {
        workspaces.copy(from, to);
    }

    @Override
    public void close() {
        // nothing runs
    }

    private record OnlyFiles(SandboxFiles files, String problem) implements Sandbox {
        @Override
        public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable {
            throw new SandboxUnavailable(problem);
        }

        @Override
        public InetSocketAddress server(int port) throws SandboxUnavailable {
            throw new SandboxUnavailable(problem);
        }
    }
}
