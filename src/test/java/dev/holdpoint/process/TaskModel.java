package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ScriptedRequest;
import java.util.List;

/**
 * A model that does what the person says last: the first word says what, the second is a token that the effect leaves
 * behind, so that it can be counted. It goes by what it is asked, whichever process asks.
 */
final class TaskModel implements AutoCloseable {

    static final String LOG = "/workspace/log";
    static final String NOTE = "/workspace/note";
    /** What a long answer consists of, over some seconds. */
    static final String SPEECH = "word after word ".repeat(12).strip();

    static final String DONE = "It is done.";

    private final ScriptedEndpoint endpoint = ScriptedEndpoint.start().answerBy(this::answer);

    String baseUrl() {
        return endpoint.baseUrl().toString();
    }

    /** What it was asked after the person said this. */
    List<ScriptedRequest> asked(String message) {
        return endpoint.requests().stream()
                .filter(r -> MarkingModel.mark(r).equals(message))
                .toList();
    }

    private Answer answer(ScriptedRequest request) {
        String message = MarkingModel.mark(request);
        String[] words = message.split(" ", 2);
        boolean first = !isAnswered(request);
        return switch (words[0]) {
            case "hang" ->
                asked(message).size() == 1 ? Answer.text("half of it").stallAfter(2) : done();
            case "busy" ->
                Answer.status(503, "{\"error\":{\"message\":\"busy\"}}").header("Retry-After", "20");
            case "speak" -> Answer.text(SPEECH).delay(100);
            case "mark" -> first ? command("echo %s >> log".formatted(words[1])) : done();
            case "late" -> first ? command("echo %s >> log".formatted(words[1])).firstDelay(3_000) : done();
            case "nap" -> first ? command("echo %s >> log; echo begun; sleep 3".formatted(words[1])) : done();
            case "work" -> first ? command("echo %1$s >> log; echo begun; sleep %1$s".formatted(words[1])) : done();
            case "flood" ->
                first ? command("echo begun; while echo >> $((i += 1)).%s; do :; done".formatted(words[1])) : done();
            case "ask" ->
                first
                        ? Answer.call(
                                "edit_file",
                                "{\"file_path\":\"%s\",\"old_string\":\"mark\",\"new_string\":\"mark+\"}"
                                        .formatted(NOTE))
                        : done();
            default -> done();
        };
    }

    private static Answer command(String line) {
        return Answer.call("execute", "{\"command\":\"%s\"}".formatted(line));
    }

    private static Answer done() {
        return Answer.text(DONE);
    }

    private static boolean isAnswered(ScriptedRequest request) {
        JsonNode messages = request.json().path("messages");
        return messages.path(messages.size() - 1).path("role").asText().equals("tool");
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
