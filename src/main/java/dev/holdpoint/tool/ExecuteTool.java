package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Overloaded;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Duration;

/** Runs a command in the thread's sandbox. */
final class ExecuteTool implements Tool {

    private final ToolSettings settings;
    private final ToolSpec spec;

    ExecuteTool(ToolSettings settings) {
        this.settings = settings;
        long normal = settings.execDefaultTimeout().toSeconds();
        this.spec = Schemas.spec("execute", """
                Runs a command with sh -c in /workspace, in an isolated sandbox, and answers what it prints (stdout \
                and stderr together) and its exit code. Each call is a new shell: chain what belongs together with &&, \
                and quote paths with blanks. Prefer read_file, grep, glob, ls, write_file and edit_file to cat, grep, \
                find, ls, echo and sed. A command that takes longer than its timeout is killed with all its children. \
                Long output is cut in the middle and kept whole in a file.""", "command", """
                {"command": {"type": "string", "minLength": 1, "description": "What sh is to run."},
                 "timeout": {"type": "integer", "minimum": 1, "maximum": %d, "default": %d,
                             "description": "Seconds until the command is killed."}}""".formatted(
                        settings.execMaxTimeout().toSeconds(), normal));
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public ToolResult call(ApprovedCall call, ToolContext context) throws InterruptedException {
        Arguments given = new Arguments(call.arguments());
        String command = given.text("command");
        if (command.indexOf(0) >= 0) {
            return ToolResult.error("Error: a command can't hold a NUL character. Use printf '\\000' to make one.");
        }
        int seconds =
                given.integer("timeout", (int) settings.execDefaultTimeout().toSeconds());
        ExecRequest request;
        try {
            request = new ExecRequest(command, Duration.ofSeconds(seconds));
        } catch (IllegalArgumentException e) {
            return ToolResult.error("Error: the command was not run: " + e.getMessage() + ".");
        }
        return run(call.id(), request, context);
    }

    private ToolResult run(String callId, ExecRequest request, ToolContext context) throws InterruptedException {
        try (CommandOutput output = new CommandOutput(settings, context.output())) {
            ExecResult result = context.sandbox().exec(request, output);
            output.finish();
            String path = StoredText.path("output", callId);
            String text = output.forModel(context.sandbox().files(), path);
            String end = ending(result, request.timeout().toSeconds());
            return new ToolResult(result.outcome(), text + end, result.exitCode(), output.isLong(), null);
        } catch (Overloaded e) {
            return ToolResult.error(
                    "Error: the command was not run: " + Words.onOneLine(String.valueOf(e.getMessage())));
        } catch (SandboxUnavailable e) {
            return ToolResult.error("Error: the command was not run, because no sandbox is available: "
                    + Words.onOneLine(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public String describe(ObjectNode arguments) {
        return new Arguments(arguments).text("command");
    }

    private static String ending(ExecResult result, long seconds) {
        return switch (result.outcome()) {
            case EXITED -> "[exit code: " + result.exitCode() + "]";
            case TIMED_OUT -> "[timed out after " + seconds + " s]";
            case OOM_KILLED -> "[killed: out of memory]";
            case SANDBOX_LOST -> "[the sandbox was lost while the command ran: what it did so far may be lost too]";
            case CANCELLED -> "[cancelled]";
            case ERROR -> "[" + result.reason() + "]";
            case OK, REJECTED, OUTCOME_UNKNOWN ->
                "[outcome unknown: the command was started, and nobody knows how it ended. Look before you repeat it]";
        };
    }
}
