package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.tool.PersonsCommand;
import dev.holdpoint.tool.ToolSettings;
import java.time.Duration;

/** The commands that people run with their own hands. */
final class PersonsCommands {

    private final ToolSettings settings;

    PersonsCommands(ToolSettings settings) {
        this.settings = settings;
    }

    PersonsExec run(Sandbox sandbox, String command, Duration timeout) throws SandboxUnavailable, InterruptedException {
        PersonsCommand done = PersonsCommand.run(sandbox, request(command, timeout), settings);
        return new PersonsExec(
                done.output(),
                done.result().exitCode(),
                done.result().outcome(),
                done.truncated(),
                done.result().duration(),
                done.result().reason());
    }

    private static ExecRequest request(String command, Duration timeout) {
        try {
            return new ExecRequest(command, timeout);
        } catch (IllegalArgumentException e) {
            throw new Refused(Code.INVALID_REQUEST, "command: " + e.getMessage() + ".");
        }
    }
}
