package dev.holdpoint.llm;

import dev.holdpoint.event.ToolCall;
import java.util.List;

/** One message of the history that the model sees. */
public sealed interface ChatMessage {

    record SystemPrompt(String text) implements ChatMessage {}

    record User(String text) implements ChatMessage {}

    /** An earlier answer. The arguments of its calls are valid JSON objects. */
    record Assistant(String text, List<ToolCall> calls) implements ChatMessage {
        public Assistant {
            calls = List.copyOf(calls);
        }
    }

    record ToolResult(String toolCallId, String tool, String content) implements ChatMessage {}
}
