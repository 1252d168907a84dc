package dev.holdpoint.sandbox;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command on a thread of its own, which keeps the end of its output. */
final class BackgroundProcess implements ExecOutput {

    private static final System.Logger LOG = System.getLogger(BackgroundProcess.class.getName());

    private final String id = Ids.process();
    private final ExecRequest request;
    private final ExecOutput waiting;
    private final Clock clock;
    private final OutputRing output;
    private final CompletableFuture<Instant> started = new CompletableFuture<>();
    private final Thread runner;

    private record End(
            Outcome outcome,
            @Nullable Integer exitCode,
            @Nullable String reason,
            Instant at) {}

    private volatile @Nullable End end;

    /**
     * @param waiting is told what the sandbox says before the command starts
     * @param ended told its id when nothing of it runs any more, or when it couldn't be started
     */
    BackgroundProcess(
            Sandbox sandbox,
            ExecRequest request,
            ExecOutput waiting,
            int outputBytes,
            Clock clock,
            Consumer<String> ended) {
        this.request = request;
        this.waiting = waiting;
        this.clock = clock;
        this.output = new OutputRing(outputBytes);
        this.runner = Thread.ofVirtual().name("process-" + id).unstarted(() -> run(sandbox, ended));
    }

    String id() {
        return id;
    }

    boolean hasStarted() {
        return started.isDone() && !started.isCompletedExceptionally();
    }

    boolean isRunning() {
        return end == null;
    }

    /** Blocks until the command starts. @throws SandboxUnavailable if it certainly doesn't */
    void start() throws SandboxUnavailable, InterruptedException {
        runner.start();
        try {
            started.get();
        } catch (InterruptedException e) {
            runner.interrupt();
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SandboxUnavailable unavailable) {
                throw unavailable;
            }
            if (cause instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("a command did not start", cause);
        }
    }

    @Override
    public void starting() {
        waiting.starting();
        started.complete(clock.instant());
    }

    @Override
    public void accept(Delta.Stream stream, byte[] bytes) {
        if (stream != Delta.Stream.INFO) {
            output.add(bytes);
        } else if (!started.isDone()) {
            waiting.accept(stream, bytes);
        }
    }

    private void run(Sandbox sandbox, Consumer<String> ended) {
        Throwable failure = null;
        try {
            ExecResult result = sandbox.exec(request, this);
            end(result.outcome(), result.exitCode(), result.reason());
        } catch (InterruptedException e) {
            end(Outcome.CANCELLED, null, null);
            failure = e;
        } catch (SandboxUnavailable e) {
            // Once somebody was told that it starts it isn't taken back.
            end(Outcome.SANDBOX_LOST, null, null);
            failure = e;
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "a command in the background broke off", e);
            end(Outcome.OUTCOME_UNKNOWN, null, null);
            failure = e;
        }
        ended.accept(id);
        if (failure == null) {
            started.complete(clock.instant());
        } else {
            started.completeExceptionally(failure);
        }
    }

    private void end(Outcome outcome, @Nullable Integer exitCode, @Nullable String reason) {
        end = new End(outcome, exitCode, reason, clock.instant());
    }

    /** Ends it with all its processes, and waits for that. @return whether it has ended */
    boolean kill(Duration atMost) throws InterruptedException {
        runner.interrupt();
        return runner.join(atMost);
    }

    void killSoon() {
        runner.interrupt();
    }

    /** Of one that has started. */
    ProcessInfo info() {
        End now = end;
        String command = request.command();
        return now == null
                ? new ProcessInfo(id, command, null, null, null, started.join(), null, output.size())
                : new ProcessInfo(
                        id,
                        command,
                        now.outcome(),
                        now.exitCode(),
                        now.reason(),
                        started.join(),
                        now.at(),
                        output.size());
    }

    ProcessOutput output(long after) {
        // First whether it runs: what it prints last is there when it has ended.
        ProcessInfo info = info();
        return ProcessOutput.of(info, output.from(after), after);
    }
}
