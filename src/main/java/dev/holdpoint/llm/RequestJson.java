package dev.holdpoint.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;

/** Writes a request the way OpenAI-compatible endpoints want it. */
final class RequestJson {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RequestJson() {}

    static byte[] write(CompletionRequest request, OpenAiSettings settings) {
        ObjectNode body = NODES.objectNode().put("model", settings.model()).put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        settings.effectiveThinking()
                .ifPresent(on -> body.putObject("thinking").put("type", on ? "enabled" : "disabled"));
        ArrayNode messages = body.putArray("messages");
        for (ChatMessage message : request.messages()) {
            add(message, messages);
        }
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            request.tools().forEach(tool -> tools.add(tool(tool)));
        }
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    private static void add(ChatMessage message, ArrayNode to) {
        switch (message) {
            case ChatMessage.SystemPrompt(String text) -> to.add(message("system", text));
            case ChatMessage.User(String text) -> to.add(message("user", text));
            case ChatMessage.ToolResult result ->
                to.add(message("tool", result.content()).put("tool_call_id", result.toolCallId()));
            case ChatMessage.Assistant assistant -> {
                // Some endpoints refuse an assistant that neither speaks nor calls; it says nothing to the model
                // either.
                if (!assistant.text().isEmpty() || !assistant.calls().isEmpty()) {
                    to.add(assistant(assistant));
                }
            }
        }
    }

    /** With calls and no text, the content is null: that is how the endpoints themselves write it. */
    private static ObjectNode assistant(ChatMessage.Assistant assistant) {
        ObjectNode json = message("assistant", assistant.text());
        if (assistant.text().isEmpty()) {
            json.putNull("content");
        }
        if (!assistant.calls().isEmpty()) {
            ArrayNode calls = json.putArray("tool_calls");
            assistant.calls().forEach(call -> calls.add(call(call)));
        }
        return json;
    }

    private static ObjectNode call(ToolCall call) {
        ObjectNode json = NODES.objectNode().put("id", call.id()).put("type", "function");
        json.putObject("function")
                .put("name", Surrogates.mend(call.name()))
                .put("arguments", Surrogates.mend(call.arguments()));
        return json;
    }

    private static ObjectNode tool(ToolSpec tool) {
        ObjectNode json = NODES.objectNode().put("type", "function");
        json.putObject("function")
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", tool.parameters());
        return json;
    }

    private static ObjectNode message(String role, String text) {
        return NODES.objectNode().put("role", role).put("content", Surrogates.mend(text));
    }
}
