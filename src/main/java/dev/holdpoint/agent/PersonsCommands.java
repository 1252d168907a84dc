package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.tool.PersonsCommand;
import dev.holdpoint.tool.ToolSettings;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** The commands that people run with their own hands, a bounded number at a time. */
final class PersonsCommands {

    private final ToolSettings settings;
    private final int most;
    private final Semaphore free;

    PersonsCommands(ToolSettings settings, int most) {
        this.settings = settings;
        this.most = most;
        this.free = new Semaphore(most);
    }

    PersonsExec run(Sandbox sandbox, String command, Duration timeout) throws SandboxUnavailable, InterruptedException {
        ExecRequest request = request(command, timeout);
        if (!free.tryAcquire()) {
            throw Refused.overloaded(most);
        }
        try {
            PersonsCommand done = PersonsCommand.run(sandbox, request, settings);
            return new PersonsExec(
                    done.output(),
                    done.result().exitCode(),
                    done.result().outcome(),
                    done.truncated(),
                    done.result().duration());
        } finally {
            free.release();
        }
    }

    private static ExecRequest request(String command, Duration timeout) {
        try {
            return new ExecRequest(command, timeout);
        } catch (IllegalArgumentException e) {
            throw new Refused(Code.INVALID_REQUEST, "command: " + e.getMessage() + ".");
        }
    }
}
