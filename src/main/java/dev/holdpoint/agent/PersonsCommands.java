package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.ThreadProcesses;
import dev.holdpoint.tool.PersonsCommand;
import dev.holdpoint.tool.ToolSettings;
import java.time.Duration;
import java.util.Optional;

/** The commands that people run with their own hands. */
final class PersonsCommands {

    /** The id of a command that was started; empty if nobody can tell whether it was. */
    static final Repeats.Stored<Optional<String>> STARTED =
            new Repeats.Stored<>(Optional::orElseThrow, Optional::of, Optional.empty());

    private static final ExecOutput NOBODY = (stream, bytes) -> {};

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

    Optional<String> start(ThreadProcesses background, Sandbox sandbox, String command, Optional<Duration> timeout)
            throws SandboxUnavailable, InterruptedException {
        try {
            return Optional.of(background.start(sandbox, command, timeout, NOBODY));
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static ExecRequest request(String command, Duration timeout) {
        try {
            return new ExecRequest(command, timeout);
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static Refused invalid(IllegalArgumentException e) {
        return new Refused(Code.INVALID_REQUEST, "command: " + e.getMessage() + ".");
    }
}
