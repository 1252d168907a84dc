package dev.holdpoint.testing;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A sandbox whose commands are scripted: one entry for each, in order; a command too many fails the test. */
public final class FakeSandbox implements Sandbox {

    /** What happens when a command runs. */
    @FunctionalInterface
    public interface Script {
        ExecResult run(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException;
    }

    private final FakeFiles files = new FakeFiles();
    private final Deque<Script> scripts = new ArrayDeque<>();
    private final List<ExecRequest> requests = new ArrayList<>();

    /** The next command does this. */
    public synchronized FakeSandbox next(Script script) {
        scripts.add(script);
        return this;
    }

    /** The next command prints this and exits. */
    public FakeSandbox prints(String stdout, int exitCode) {
        return next((request, output) -> {
            output.accept(Delta.Stream.STDOUT, stdout.getBytes(StandardCharsets.UTF_8));
            return exited(exitCode);
        });
    }

    /** The next command ends in another way. */
    public FakeSandbox ends(Outcome outcome) {
        return next((request, output) -> new ExecResult(outcome, null, Duration.ofMillis(1)));
    }

    public static ExecResult exited(int code) {
        return new ExecResult(Outcome.EXITED, code, Duration.ofMillis(1));
    }

    /** The commands that were run so far. */
    public synchronized List<ExecRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        Script script = take(request);
        output.starting();
        return script.run(request, output);
    }

    private synchronized Script take(ExecRequest request) {
        requests.add(request);
        Script script = scripts.poll();
        if (script == null) {
            throw new AssertionError("the script has no more commands, but this one came: " + request.command());
        }
        return script;
    }

    @Override
    public InetSocketAddress server(int port) throws SandboxUnavailable {
        throw new SandboxUnavailable("a fake has no network");
    }

    @Override
    public FakeFiles files() {
        return files;
    }
}
