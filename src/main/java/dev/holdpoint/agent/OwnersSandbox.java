package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.net.InetSocketAddress;

/**
 * A thread's sandbox in the hands of the one who has the turn: making it ready may take long, so it is asked right before
 * a command starts whether the turn is still its own.
 *
 * @param check throws if it isn't
 */
record OwnersSandbox(Sandbox sandbox, Runnable check) implements Sandbox {

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        return sandbox.exec(request, new ExecOutput() {
            @Override
            public void starting() {
                check.run();
                output.starting();
            }

            @Override
            public void accept(Delta.Stream stream, byte[] bytes) {
                output.accept(stream, bytes);
            }
        });
    }

    @Override
    public InetSocketAddress server(int port) throws SandboxUnavailable, InterruptedException {
        return sandbox.server(port);
    }

    @Override
    public SandboxFiles files() {
        return sandbox.files();
    }
}
