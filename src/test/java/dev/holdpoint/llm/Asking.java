package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a model, and holds for every whole answer what its deltas must add up to. */
final class Asking {

    static final String KEY = "0123456789abcdef0123456789abcdef.SecretSecret1234";

    final List<Delta> deltas = Collections.synchronizedList(new ArrayList<>());

    static OpenAiSettings settings(ScriptedEndpoint endpoint) {
        return new OpenAiSettings(
                endpoint.baseUrl(),
                "test-model",
                KEY,
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofMillis(700),
                3,
                Duration.ofMillis(400),
                100_000);
    }

    static OpenAiLlm llm(ScriptedEndpoint endpoint) {
        return llm(settings(endpoint));
    }

    static OpenAiLlm llm(OpenAiSettings settings) {
        return new OpenAiLlm(settings, new Backoff(Duration.ofMillis(5), settings.retryAfterCap()));
    }

    static CompletionRequest request(ChatMessage... messages) {
        ToolSpec spec = new ToolSpec(
                "execute",
                "Runs a command.",
                JsonNodeFactory.instance.objectNode().put("type", "object"));
        return new CompletionRequest("msg_1", List.of(messages), List.of(spec));
    }

    static CompletionRequest hello() {
        return request(new ChatMessage.User("hello"));
    }

    Completion whole(Llm llm, CompletionRequest request) throws InterruptedException {
        try {
            Completion completion = llm.complete(request, deltas::add);
            assertThat(addedUp()).isEqualTo(told(completion));
            return completion;
        } catch (LlmException e) {
            throw new AssertionError("no whole answer: " + e.failure(), e);
        }
    }

    LlmException failed(Llm llm, CompletionRequest request) {
        LlmException failed = catchThrowableOfType(LlmException.class, () -> llm.complete(request, deltas::add));
        assertThat(failed).as("failure").isNotNull();
        assertThat(failed.getMessage()).doesNotContain(KEY);
        return failed;
    }

    private static Map<String, String> told(Completion completion) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put("text", completion.text());
        told.put("reasoning", completion.reasoning());
        for (ToolCall call : completion.calls()) {
            told.put(call.id(), call.name() + call.arguments());
        }
        told.values().removeIf(String::isEmpty);
        return told;
    }

    /** The text that was shown. */
    String shownText() {
        return addedUp().getOrDefault("text", "");
    }

    private Map<String, String> addedUp() {
        Map<String, String> sum = new LinkedHashMap<>();
        for (Delta delta : List.copyOf(deltas)) {
            switch (delta) {
                case Delta.Text text -> sum.merge("text", text.text(), String::concat);
                case Delta.Reasoning reasoning -> sum.merge("reasoning", reasoning.text(), String::concat);
                case Delta.CallStarted call ->
                    assertThat(sum.put(call.toolCallId(), call.tool())).isNull();
                case Delta.CallArguments more -> {
                    assertThat(sum).containsKey(more.toolCallId());
                    sum.merge(more.toolCallId(), more.text(), String::concat);
                }
                case Delta.ToolOutput _ -> throw new AssertionError("a model prints nothing");
            }
        }
        return sum;
    }
}
