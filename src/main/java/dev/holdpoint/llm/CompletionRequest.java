package dev.holdpoint.llm;

import dev.holdpoint.event.ToolSpec;
import java.util.List;

/**
 * What the model is asked.
 *
 * @param messageId the id that the answer will have
 * @param messages a valid history: every tool call is followed by exactly one result
 */
public record CompletionRequest(String messageId, List<ChatMessage> messages, List<ToolSpec> tools) {

    public CompletionRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }
}
