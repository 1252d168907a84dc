package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Any tool, with a result that the model's context can hold: what is longer goes to a file. */
final class BoundedTool implements Tool {

    /** How much of a long result is shown besides the path of its file. */
    private static final int HEAD_CHARS = 8_000;

    private final Tool tool;
    private final int capChars;

    private BoundedTool(Tool tool, int capChars) {
        this.tool = tool;
        this.capChars = capChars;
    }

    static Tool of(Tool tool, ToolSettings settings) {
        // Execute has a cap of its own, and keeps more than its result.
        return tool instanceof ExecuteTool ? tool : new BoundedTool(tool, settings.resultCapChars());
    }

    @Override
    public ToolResult call(ApprovedCall call, ToolContext context) throws InterruptedException {
        ToolResult result = tool.call(call, context);
        String content = result.content();
        if (content.length() <= capChars) {
            return result;
        }
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String path = StoredText.path("results", call.id());
        String where = StoredText.keep(context.sandbox().files(), path, new ByteArrayInputStream(bytes), bytes.length);
        String head = Text.head(content, Math.min(HEAD_CHARS, capChars));
        String shown = head + "\n[cut here: the result has " + Words.number(content.length())
                + " characters. The whole " + where + ".]";
        return new ToolResult(result.outcome(), shown, result.exitCode(), true, result.todos());
    }

    @Override
    public ToolSpec spec() {
        return tool.spec();
    }

    @Override
    public boolean isReadOnly() {
        return tool.isReadOnly();
    }

    @Override
    public boolean isIdempotent() {
        return tool.isIdempotent();
    }

    @Override
    public String describe(ObjectNode arguments) {
        return tool.describe(arguments);
    }

    @Override
    public Optional<String> diff(ObjectNode arguments, ToolContext context) {
        return tool.diff(arguments, context);
    }
}
