package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedRequest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that runs one or two commands, now and then writes a note, and is done. What it does goes by what it is shown;
 * only the tokens that its commands leave are never the same again. It sometimes speaks slowly.
 */
final class TokenModel {

    static final String FILE = "tokens";
    static final String NOTE = "note-";

    private final Findings findings;
    private final AtomicInteger tokens = new AtomicInteger();

    TokenModel(Findings findings) {
        this.findings = findings;
    }

    /** The message of a turn; its number in the thread decides what the model does. */
    static String message(int thread, int number) {
        return "t" + thread + "m" + number;
    }

    static String command(String token, boolean isLong) {
        return "echo " + token + " >> /workspace/" + FILE + "; sleep " + (isLong ? "3" : "0.2");
    }

    /** The token in a command. */
    static String token(String command) {
        return command.substring("echo ".length(), command.indexOf(" >>"));
    }

    Answer answer(ScriptedRequest request) {
        try {
            MarkingModel.assertSound(request);
        } catch (AssertionError e) {
            findings.add(MarkingModel.mark(request), "an unsound history reached the model", e);
        }
        String mark = MarkingModel.mark(request);
        int number = Integer.parseInt(mark.substring(mark.indexOf('m') + 1));
        Answer answer = switch (answersInTurn(request)) {
            case 0 -> Answer.calls(commands(mark, number));
            case 1 -> number % 3 == 1 ? Answer.calls(note(mark)) : done();
            default -> done();
        };
        return number % 4 == answersInTurn(request) ? answer.delay(250) : answer;
    }

    private static Answer done() {
        return Answer.text("It is done , as far as I can see .");
    }

    private ToolCall[] commands(String mark, int number) {
        ToolCall[] calls = new ToolCall[number % 3 == 2 ? 2 : 1];
        for (int i = 0; i < calls.length; i++) {
            String command = command(newToken(mark), number % 5 == 4);
            calls[i] = ScriptedLlm.call("execute", json(Map.of("command", command)));
        }
        return calls;
    }

    private ToolCall note(String mark) {
        String token = newToken(mark);
        return ScriptedLlm.call(
                "write_file", json(Map.of("file_path", "/workspace/" + NOTE + token, "content", token)));
    }

    private String newToken(String mark) {
        return mark + "x" + tokens.incrementAndGet();
    }

    private static int answersInTurn(ScriptedRequest request) {
        int answers = 0;
        for (JsonNode message : request.json().path("messages")) {
            answers = switch (message.path("role").asText()) {
                case "user" -> 0;
                case "assistant" -> answers + 1;
                default -> answers;
            };
        }
        return answers;
    }

    private static String json(Map<String, String> fields) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        fields.forEach(json::put);
        return json.toString();
    }
}
