package dev.holdpoint.tool;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A command that a person runs with their own hands: bounded like the model's, but nobody has to approve it.
 *
 * @param output stdout and stderr as they came; the middle is left out when it is long
 * @param truncated whether something was left out
 */
public record PersonsCommand(ExecResult result, String output, boolean truncated) {

    /**
     * Runs it and blocks until it ended.
     *
     * @param live is shown what it prints, and what the sandbox says meanwhile
     * @param isStopped asked when the calling thread is interrupted: whether that was to end the command
     * @throws SandboxUnavailable if it was certainly not started
     */
    public static PersonsCommand run(
            Sandbox sandbox,
            ExecRequest request,
            ToolSettings settings,
            Consumer<String> live,
            BooleanSupplier isStopped)
            throws SandboxUnavailable, InterruptedException {
        try (CommandOutput output = new CommandOutput(settings, (stream, text) -> live.accept(text))) {
            ExecResult result = exec(sandbox, request, output, isStopped);
            output.finish();
            return new PersonsCommand(result, output.shortened(), output.isLong());
        }
    }

    private static ExecResult exec(Sandbox sandbox, ExecRequest request, ExecOutput output, BooleanSupplier isStopped)
            throws SandboxUnavailable, InterruptedException {
        long started = System.nanoTime();
        try {
            return sandbox.exec(request, output);
        } catch (InterruptedException e) {
            if (isStopped.getAsBoolean()) {
                return new ExecResult(Outcome.CANCELLED, null, Duration.ofNanos(System.nanoTime() - started));
            }
            throw e;
        }
    }
}
