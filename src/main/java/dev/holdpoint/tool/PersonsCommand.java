package dev.holdpoint.tool;

import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;

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
     * @throws SandboxUnavailable if it was certainly not started
     */
    public static PersonsCommand run(Sandbox sandbox, ExecRequest request, ToolSettings settings)
            throws SandboxUnavailable, InterruptedException {
        try (CommandOutput output = new CommandOutput(settings, (stream, text) -> {})) {
            ExecResult result = sandbox.exec(request, output);
            output.finish();
            return new PersonsCommand(result, output.shortened(), output.isLong());
        }
    }
}
