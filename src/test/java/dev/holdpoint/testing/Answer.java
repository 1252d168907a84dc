package dev.holdpoint.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ScriptedEndpoint} answers, good or bad. The modifiers change this object and return it. Positions count
 * frames, where frame 0 is the one that only names the role.
 */
public final class Answer {

    /** What happens at the end of the frames, or where it was said. */
    enum Ending {
        WHOLE,
        CUT,
        RESET,
        STALL
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    final Map<String, String> headers = new LinkedHashMap<>();
    final List<byte[]> writes = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    int status = 200;
    long delayMillis;
    long firstDelayMillis;
    int bytesPerWrite = Integer.MAX_VALUE;
    Ending ending = Ending.WHOLE;
    private String lineEnd = "\n\n";
    private String prefix = "data: ";

    private Answer(String contentType) {
        headers.put("Content-Type", contentType);
    }

    /** A well-behaved answer, word by word, with usage and {@code [DONE]}. */
    public static Answer text(String text) {
        Answer answer = new Answer("text/event-stream");
        answer.lines.add(delta(JSON.objectNode().put("role", "assistant").put("content", "")));
        for (String word : words(text)) {
            answer.lines.add(delta(JSON.objectNode().put("content", word)));
        }
        return answer.finish("stop");
    }

    /** A well-behaved answer with these calls: the arguments come in two pieces each. */
    public static Answer calls(ToolCall... calls) {
        Answer answer = new Answer("text/event-stream");
        answer.lines.add(delta(JSON.objectNode().put("role", "assistant").putNull("content")));
        for (int i = 0; i < calls.length; i++) {
            ToolCall call = calls[i];
            answer.lines.add(call(i, call.id(), call.name(), ""));
            int middle = call.arguments().length() / 2;
            answer.lines.add(call(i, null, null, call.arguments().substring(0, middle)));
            answer.lines.add(call(i, null, null, call.arguments().substring(middle)));
        }
        return answer.finish("tool_calls");
    }

    /** One call with an id that the server made. */
    public static Answer call(String tool, String arguments) {
        return calls(ScriptedLlm.call(tool, arguments));
    }

    /** These payloads as they are, each in a {@code data:} line; nothing is added. */
    public static Answer lines(String... payloads) {
        Answer answer = new Answer("text/event-stream");
        answer.lines.addAll(List.of(payloads));
        return answer;
    }

    /** These choices' deltas as they are, then the finish reason, usage and {@code [DONE]}. */
    public static Answer deltas(String finishReason, String... deltas) {
        Answer answer = new Answer("text/event-stream");
        for (String delta : deltas) {
            answer.lines.add("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}");
        }
        return answer.finish(finishReason);
    }

    /** A refusal, or anything else that isn't a stream. */
    public static Answer status(int status, String body) {
        return body(status, "application/json", body);
    }

    public static Answer body(int status, String contentType, String body) {
        Answer answer = new Answer(contentType);
        answer.status = status;
        answer.writes.add(body.getBytes(StandardCharsets.UTF_8));
        return answer;
    }

    public Answer header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Puts this payload in front of the given frame. */
    public Answer insert(int position, String payload) {
        lines.add(position, payload);
        return this;
    }

    /** Thinks aloud first. */
    public Answer reasoning(String text) {
        List<String> frames = words(text).stream()
                .map(word -> delta(JSON.objectNode().put("reasoning_content", word)))
                .toList();
        lines.addAll(1, frames);
        return this;
    }

    /** Closes the connection after so many frames. */
    public Answer cutAfter(int frames) {
        return endAfter(frames, Ending.CUT);
    }

    /** Resets the connection after so many frames. */
    public Answer resetAfter(int frames) {
        return endAfter(frames, Ending.RESET);
    }

    /** Says nothing more after so many frames, but stays connected. With 0, not even the headers come. */
    public Answer stallAfter(int frames) {
        return endAfter(frames, Ending.STALL);
    }

    /** Ends the body properly after so many frames. */
    public Answer endAfter(int frames) {
        return endAfter(frames, Ending.WHOLE);
    }

    public Answer withoutDone() {
        lines.remove("[DONE]");
        return this;
    }

    public Answer delay(long millis) {
        delayMillis = millis;
        return this;
    }

    public Answer firstDelay(long millis) {
        firstDelayMillis = millis;
        return this;
    }

    /** So many bytes in each write, which splits characters and lines. */
    public Answer bytewise(int bytes) {
        bytesPerWrite = bytes;
        return this;
    }

    public Answer crlf() {
        lineEnd = "\r\n\r\n";
        return this;
    }

    /** {@code data:{…}} */
    public Answer withoutSpace() {
        prefix = "data:";
        return this;
    }

    /** Comments, and fields that nobody asked for, before each frame. */
    public Answer chatty() {
        prefix = ": keep-alive\n\nevent: message\nid: 7\nretry: 10\n" + prefix;
        return this;
    }

    List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>(writes);
        for (String line : lines) {
            frames.add((prefix + line + lineEnd).getBytes(StandardCharsets.UTF_8));
        }
        return frames;
    }

    private Answer endAfter(int frames, Ending how) {
        while (lines.size() > frames) {
            lines.removeLast();
        }
        ending = how;
        return this;
    }

    private Answer finish(String reason) {
        lines.add("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
        lines.add("{\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}");
        lines.add("[DONE]");
        return this;
    }

    private static List<String> words(String text) {
        return List.of(text.split("(?<= )"));
    }

    private static String delta(ObjectNode delta) {
        ObjectNode choice = JSON.objectNode().put("index", 0).set("delta", delta);
        ObjectNode chunk = JSON.objectNode().put("id", "chatcmpl-1").put("model", "scripted-1");
        return chunk.set("choices", JSON.arrayNode().add(choice)).toString();
    }

    private static String call(int index, @Nullable String id, @Nullable String name, String arguments) {
        ObjectNode function = JSON.objectNode();
        ObjectNode call = JSON.objectNode().put("index", index);
        if (id != null) {
            call.put("id", id).put("type", "function");
            function.put("name", name);
        }
        call.set("function", function.put("arguments", arguments));
        return delta(JSON.objectNode().set("tool_calls", JSON.arrayNode().add(call)));
    }
}
