package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A model that looks around, leaves a mark with a command, writes a note and is done. The mark is what the person says.
 * It goes by what it is shown and remembers nothing, so it can be asked again at any time.
 */
final class MarkingModel {

    static final String LOG = "/workspace/log";
    static final String NOTE = "/workspace/note";

    private MarkingModel() {}

    static Answer answer(ScriptedRequest request) {
        String mark = mark(request);
        return switch (results(request)) {
            case 0 -> Answer.call("ls", "{\"path\":\"/workspace\"}");
            case 1 ->
                Answer.call("execute", "{\"command\":\"echo %s >> %s; echo begun; sleep 0.2\"}".formatted(mark, LOG));
            case 2 -> Answer.call("write_file", "{\"file_path\":\"%s\",\"content\":\"%s\"}".formatted(NOTE, mark));
            default -> Answer.text("It is done.");
        };
    }

    /** What the person said last. */
    static String mark(ScriptedRequest request) {
        return messages(request).stream()
                .filter(m -> role(m).equals("user"))
                .reduce((a, b) -> b)
                .map(m -> m.path("content").asText())
                .orElseThrow();
    }

    /** How many results of tools it is shown. */
    static int results(ScriptedRequest request) {
        return (int)
                messages(request).stream().filter(m -> role(m).equals("tool")).count();
    }

    /** Every call has exactly one result, right behind it and in order, and there is something to answer. */
    static void assertSound(ScriptedRequest request) {
        Deque<String> open = new ArrayDeque<>();
        for (JsonNode message : messages(request)) {
            if (role(message).equals("tool")) {
                assertThat(message.path("tool_call_id").asText())
                        .as(request.text())
                        .isEqualTo(open.poll());
            } else {
                assertThat(open)
                        .as("calls without a result in " + request.text())
                        .isEmpty();
                message.path("tool_calls")
                        .forEach(call -> open.add(call.path("id").asText()));
            }
        }
        assertThat(open).as("calls without a result in " + request.text()).isEmpty();
        assertThat(role(messages(request).getLast())).as(request.text()).isIn("user", "tool");
    }

    private static List<JsonNode> messages(ScriptedRequest request) {
        return request.json().path("messages").valueStream().toList();
    }

    private static String role(JsonNode message) {
        return message.path("role").asText();
    }
}
