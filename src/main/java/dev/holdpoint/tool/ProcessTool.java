package dev.holdpoint.tool;

import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import dev.holdpoint.sandbox.ProcessInfo;
import dev.holdpoint.sandbox.ProcessOutput;
import dev.holdpoint.sandbox.ThreadProcesses;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Looks at what execute started in the background, and ends it: nothing else is within its reach. */
final class ProcessTool implements Tool {

    private static final int SHOWN_COMMAND = 200;

    private final int mostChars;
    private final ToolSpec spec;

    ProcessTool(ToolSettings settings) {
        this.mostChars = settings.resultCapChars() / 2;
        this.spec = Schemas.spec("process", """
                The commands that execute started with background. The action list answers which there are, output what \
                one printed (stdout and stderr together; of long output the end), and kill ends one with its children. \
                They end with the sandbox.""", "action", """
                {"action": {"enum": ["list", "output", "kill"]},
                 "id": {"type": "string", "description": "Which one; not for list."},
                 "after": {"type": "integer", "minimum": 0, "default": 0,
                           "description": "For output: only what came after so many bytes."}}""");
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    /** To end once more what has ended does nothing. */
    @Override
    public boolean isIdempotent() {
        return true;
    }

    @Override
    public ToolResult call(ApprovedCall call, ToolContext context) throws InterruptedException {
        Arguments given = new Arguments(call.arguments());
        ThreadProcesses processes = context.processes();
        String id = given.text("id", "");
        return switch (given.text("action")) {
            case "list" -> ToolResult.ok(list(processes.list()));
            case "output" ->
                processes
                        .output(id, given.integer("after", 0))
                        .map(output -> ToolResult.ok(shown(output)))
                        .orElseGet(() -> unknown(id));
            default -> processes.kill(id) ? ToolResult.ok("[" + id + " has ended]") : unknown(id);
        };
    }

    private static ToolResult unknown(String id) {
        return ToolResult.error("Error: no command with the id " + Words.quoted(id)
                + " is in the background. The action list answers which are; they are gone when the sandbox or the "
                + "service was started anew.");
    }

    private static String list(List<ProcessInfo> all) {
        return all.isEmpty()
                ? "Nothing runs in the background"
                : all.stream().map(ProcessTool::line).collect(Collectors.joining("\n"));
    }

    private static String line(ProcessInfo process) {
        return process.id() + " " + state(process) + ", " + Words.count(process.outputBytes(), "byte") + " printed: "
                + Text.head(Words.onOneLine(process.command()), SHOWN_COMMAND);
    }

    private static String state(ProcessInfo process) {
        if (process.outcome() == null) {
            return "running";
        }
        return switch (process.outcome()) {
            case EXITED -> "exited with code " + process.exitCode();
            case ERROR -> String.valueOf(process.reason());
            case OK, TIMED_OUT, OOM_KILLED, SANDBOX_LOST, CANCELLED, REJECTED, OUTCOME_UNKNOWN ->
                "ended: " + process.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private String shown(ProcessOutput output) {
        String text = Text.tail(output.text(), mostChars);
        String cut =
                text.length() < output.text().length() || output.from() > 0 ? "[earlier output is left out]\n" : "";
        String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return cut + text + end + "[" + state(output.process()) + "; for what comes next: \"after\": " + output.next()
                + "]";
    }
}
