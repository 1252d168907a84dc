package dev.holdpoint.llm;

import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import java.util.List;

/**
 * A whole answer.
 *
 * @param calls in the model's order, each with an id that is unique within the request's history and this answer;
 *     their arguments are as the model wrote them and need not be valid
 * @param finishReason as the endpoint gave it ({@code stop}, {@code tool_calls}, {@code length}, {@code content_filter}
 *     and the like)
 * @param firstTokenMillis from the request to the first token
 */
public record Completion(
        String text,
        String reasoning,
        List<ToolCall> calls,
        Usage usage,
        String model,
        String finishReason,
        long firstTokenMillis) {

    public Completion {
        calls = List.copyOf(calls);
    }

    /** The endpoint cut the answer at its length limit: its calls can't be trusted. */
    public boolean isCut() {
        return finishReason.equals("length");
    }
}
