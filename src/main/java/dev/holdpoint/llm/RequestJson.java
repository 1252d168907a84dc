package dev.holdpoint.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;
import dev.langchain4j.model.openai.internal.chat.AssistantMessage;
import dev.langchain4j.model.openai.internal.chat.ChatCompletionRequest;
import dev.langchain4j.model.openai.internal.chat.Function;
import dev.langchain4j.model.openai.internal.chat.FunctionCall;
import dev.langchain4j.model.openai.internal.chat.Message;
import dev.langchain4j.model.openai.internal.chat.SystemMessage;
import dev.langchain4j.model.openai.internal.chat.Tool;
import dev.langchain4j.model.openai.internal.chat.ToolMessage;
import dev.langchain4j.model.openai.internal.chat.ToolType;
import dev.langchain4j.model.openai.internal.chat.UserMessage;
import dev.langchain4j.model.openai.internal.shared.StreamOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a request with the extension's own types, so that it is what its many users send to their endpoints. */
final class RequestJson {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> SCHEMA = new TypeReference<>() {};

    private RequestJson() {}

    static byte[] write(CompletionRequest request, OpenAiSettings settings) {
        ChatCompletionRequest.Builder body =
                ChatCompletionRequest.builder().model(settings.model()).messages(messages(request)).stream(true)
                        .streamOptions(
                                StreamOptions.builder().includeUsage(true).build());
        if (!request.tools().isEmpty()) {
            body.tools(request.tools().stream().map(RequestJson::tool).toList());
        }
        settings.effectiveThinking()
                .ifPresent(
                        on -> body.customParameters(Map.of("thinking", Map.of("type", on ? "enabled" : "disabled"))));
        try {
            return MAPPER.writeValueAsBytes(body.build());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request can always be written", e);
        }
    }

    private static List<Message> messages(CompletionRequest request) {
        List<Message> messages = new ArrayList<>();
        for (ChatMessage message : request.messages()) {
            switch (message) {
                case ChatMessage.SystemPrompt(String text) -> messages.add(SystemMessage.from(Surrogates.mend(text)));
                case ChatMessage.User(String text) -> messages.add(UserMessage.from(Surrogates.mend(text)));
                case ChatMessage.ToolResult r ->
                    messages.add(ToolMessage.from(r.toolCallId(), Surrogates.mend(r.content())));
                case ChatMessage.Assistant assistant -> {
                    // Some endpoints refuse an assistant that neither speaks nor calls; it says nothing to the model.
                    if (!assistant.text().isEmpty() || !assistant.calls().isEmpty()) {
                        messages.add(assistant(assistant));
                    }
                }
            }
        }
        return messages;
    }

    private static AssistantMessage assistant(ChatMessage.Assistant assistant) {
        AssistantMessage.Builder message = AssistantMessage.builder();
        if (!assistant.text().isEmpty()) {
            message.content(Surrogates.mend(assistant.text()));
        }
        if (!assistant.calls().isEmpty()) {
            message.toolCalls(assistant.calls().stream().map(RequestJson::call).toList());
        }
        return message.build();
    }

    private static dev.langchain4j.model.openai.internal.chat.ToolCall call(ToolCall call) {
        return dev.langchain4j.model.openai.internal.chat.ToolCall.builder()
                .id(call.id())
                .type(ToolType.FUNCTION)
                .function(FunctionCall.builder()
                        .name(Surrogates.mend(call.name()))
                        .arguments(Surrogates.mend(call.arguments()))
                        .build())
                .build();
    }

    private static Tool tool(ToolSpec tool) {
        return Tool.from(Function.builder()
                .name(tool.name())
                .description(tool.description())
                .parameters(MAPPER.convertValue(tool.parameters(), SCHEMA))
                .build());
    }
}
