package dev.holdpoint.sandbox;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ThreadId;
import java.net.InetSocketAddress;

/** A thread's sandbox whose commands wait for their turn, and are watched while they run. */
record BoundedSandbox(ThreadId thread, Sandbox sandbox, Admission admission, WorkspaceWatch watch) implements Sandbox {

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        try (Admission.Permit _ = admission.enter(thread, output)) {
            return run(request, output, new RunningCommand());
        }
    }

    private ExecResult run(ExecRequest request, ExecOutput output, RunningCommand command)
            throws SandboxUnavailable, InterruptedException {
        try {
            ExecResult result = sandbox.exec(request, new Watched(output, watch, command));
            String stopped = watch.end(command);
            return stopped == null ? result : ExecResult.stopped(stopped, result.duration());
        } catch (InterruptedException e) {
            String stopped = watch.end(command);
            if (stopped == null) {
                throw e;
            }
            return ExecResult.stopped(stopped, command.age());
        } finally {
            var _ = watch.end(command);
        }
    }

    @Override
    public InetSocketAddress server(int port) throws SandboxUnavailable, InterruptedException {
        return sandbox.server(port);
    }

    @Override
    public SandboxFiles files() {
        return sandbox.files();
    }

    private record Watched(ExecOutput output, WorkspaceWatch watch, RunningCommand command) implements ExecOutput {
        @Override
        public void starting() {
            output.starting();
            watch.begin(command);
        }

        @Override
        public void accept(Delta.Stream stream, byte[] bytes) {
            output.accept(stream, bytes);
        }
    }
}
