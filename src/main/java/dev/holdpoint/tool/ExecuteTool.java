package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Overloaded;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Runs a command in the thread's sandbox. */
final class ExecuteTool implements Tool {

    private static final String BACKGROUND = "background";

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
                Long output is cut in the middle and kept whole in a file. A server or anything else that is to go on beside \
                your work needs background: the call then ends at once with an id for the tool process, and without a \
                timeout of its own it runs until it is ended.""", "command", """
                {"command": {"type": "string", "minLength": 1, "description": "What sh is to run."},
                 "timeout": {"type": "integer", "minimum": 1, "maximum": %d, "default": %d,
                             "description": "Seconds until the command is killed."},
                 "background": {"type": "boolean", "default": false,
                                "description": "Whether to go on while it runs."}}""".formatted(
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
        try {
            if (given.flag(BACKGROUND)) {
                return start(command, given, context);
            }
            Duration timeout = timeout(given).orElse(settings.execDefaultTimeout());
            return run(call.id(), new ExecRequest(command, timeout), context);
        } catch (IllegalArgumentException e) {
            return ToolResult.error("Error: the command was not run: " + e.getMessage() + ".");
        } catch (Overloaded e) {
            return ToolResult.error(
                    "Error: the command was not run: " + Words.onOneLine(String.valueOf(e.getMessage())));
        } catch (SandboxUnavailable e) {
            return ToolResult.error("Error: the command was not run, because no sandbox is available: "
                    + Words.onOneLine(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<Duration> timeout(Arguments given) {
        int seconds = given.integer("timeout", 0);
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private static ToolResult start(String command, Arguments given, ToolContext context)
            throws SandboxUnavailable, InterruptedException {
        ExecOutput waiting =
                (stream, bytes) -> context.output().accept(stream, new String(bytes, StandardCharsets.UTF_8));
        String id = context.processes().start(context.sandbox(), command, timeout(given), waiting);
        return ToolResult.ok("[started in the background as " + id
                + ". It goes on after this call: look at it with the "
                + "tool process and {\"action\": \"output\", \"id\": \"" + id + "\"}, end it with the action kill]");
    }

    private ToolResult run(String callId, ExecRequest request, ToolContext context)
            throws SandboxUnavailable, InterruptedException {
        try (CommandOutput output = new CommandOutput(settings, context.output())) {
            ExecResult result = context.sandbox().exec(request, output);
            output.finish();
            String path = StoredText.path("output", callId);
            String text = output.forModel(context.sandbox().files(), path);
            String end = ending(result, request.timeout().toSeconds());
            return new ToolResult(result.outcome(), text + end, result.exitCode(), output.isLong(), null);
        }
    }

    @Override
    public String describe(ObjectNode arguments) {
        Arguments given = new Arguments(arguments);
        String command = given.text("command");
        if (!given.flag(BACKGROUND)) {
            return command;
        }
        String end = timeout(given)
                .map(timeout -> "for " + timeout.toSeconds() + " s at most")
                .orElse("until it ends by itself, is killed, or the sandbox ends");
        return "In the background, " + end + ":\n" + command;
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
