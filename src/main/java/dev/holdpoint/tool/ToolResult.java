package dev.holdpoint.tool;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Todo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a call.
 *
 * @param content what the model reads
 * @param todos the new plan, when the call changed it
 */
public record ToolResult(
        Outcome outcome,
        String content,
        @Nullable Integer exitCode,
        boolean truncated,
        @Nullable List<Todo> todos) {

    public static ToolResult ok(String content) {
        return new ToolResult(Outcome.OK, content, null, false, null);
    }

    /** The model can mend it: the content says how. */
    public static ToolResult error(String content) {
        return new ToolResult(Outcome.ERROR, content, null, false, null);
    }
}
