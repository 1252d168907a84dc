package dev.holdpoint.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ThreadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What processes on one store tell each other, as text of ASCII characters that fits into a link's message. */
sealed interface PeerMessage {

    /** A thread's journal ends there now. */
    record Moved(ThreadId thread, long seq) implements PeerMessage {}

    /** A thread was deleted. */
    record Gone(ThreadId thread) implements PeerMessage {}

    /** Somebody follows these threads, for a while; {@code anew} if all there is of the previews is wanted again. */
    record Watched(List<ThreadId> threads, boolean anew) implements PeerMessage {}

    /** More of what the process at work on a thread previews, after this event. */
    record Previewed(ThreadId thread, long seq, Part part) implements PeerMessage {}

    /** Characters in one message: each may take six when written, and the rest of it needs some room. */
    int TEXT = 1_200;

    /** Threads in one message; an id has up to 128 characters. */
    int THREADS = 50;

    JsonMapper JSON = new JsonMapper();
    ObjectWriter ASCII = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    /** A preview cut into messages. */
    static List<PeerMessage> previewed(ThreadId thread, long seq, Part whole) {
        String text = LiveMessage.text(whole.delta());
        List<PeerMessage> pieces = new ArrayList<>();
        int from = 0;
        do {
            int to = Math.min(text.length(), from + TEXT);
            // Half of a pair would be shown as something else.
            to -= to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
            pieces.add(
                    new Previewed(thread, seq, new Part(whole.at() + from, LiveMessage.part(whole.delta(), from, to))));
            from = to;
        } while (from < text.length());
        return pieces;
    }

    default String text(String from) {
        ObjectNode json = JSON.createObjectNode().put("from", from);
        switch (this) {
            case Moved m -> json.put("moved", m.thread().value()).put("seq", m.seq());
            case Gone m -> json.put("gone", m.thread().value());
            case Watched m -> {
                var threads = json.put("anew", m.anew()).putArray("watched");
                m.threads().forEach(t -> threads.add(t.value()));
            }
            case Previewed m -> write(json.put("previewed", m.thread().value()).put("seq", m.seq()), m.part());
        }
        try {
            return ASCII.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message that can't be written", e);
        }
    }

    private static void write(ObjectNode json, Part part) {
        json.put("at", part.at()).put("text", LiveMessage.text(part.delta()));
        switch (part.delta()) {
            case Delta.Reasoning d -> json.put("kind", "reasoning").put("message", d.messageId());
            case Delta.Text d -> json.put("kind", "text").put("message", d.messageId());
            case Delta.CallStarted d ->
                json.put("kind", "call")
                        .put("message", d.messageId())
                        .put("call", d.toolCallId())
                        .put("tool", d.tool());
            case Delta.CallArguments d ->
                json.put("kind", "arguments").put("message", d.messageId()).put("call", d.toolCallId());
            case Delta.ToolOutput d ->
                json.put("kind", "output")
                        .put("call", d.toolCallId())
                        .put("stream", d.stream().name());
        }
    }

    /** What another process said; empty for one's own words, and for what a newer version says. */
    static Optional<PeerMessage> read(String text, String self) {
        try {
            JsonNode json = JSON.readTree(text);
            return json.path("from").asText().equals(self) ? Optional.empty() : Optional.ofNullable(read(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a message of ours", e);
        }
    }

    private static @Nullable PeerMessage read(JsonNode json) {
        if (json.has("moved")) {
            return new Moved(thread(json.get("moved")), json.path("seq").asLong());
        }
        if (json.has("gone")) {
            return new Gone(thread(json.get("gone")));
        }
        if (json.has("watched")) {
            List<ThreadId> threads = new ArrayList<>();
            json.get("watched").forEach(t -> threads.add(thread(t)));
            return new Watched(threads, json.path("anew").asBoolean());
        }
        Delta delta = json.has("previewed") ? delta(json) : null;
        return delta == null
                ? null
                : new Previewed(
                        thread(json.get("previewed")),
                        json.path("seq").asLong(),
                        new Part(json.path("at").asLong(), delta));
    }

    private static ThreadId thread(JsonNode json) {
        return new ThreadId(json.asText());
    }

    private static @Nullable Delta delta(JsonNode json) {
        String message = json.path("message").asText();
        String call = json.path("call").asText();
        String text = json.path("text").asText();
        return switch (json.path("kind").asText()) {
            case "reasoning" -> new Delta.Reasoning(message, text);
            case "text" -> new Delta.Text(message, text);
            case "call" ->
                new Delta.CallStarted(message, call, json.path("tool").asText());
            case "arguments" -> new Delta.CallArguments(message, call, text);
            case "output" ->
                new Delta.ToolOutput(
                        call, Delta.Stream.valueOf(json.path("stream").asText()), text);
            default -> null;
        };
    }
}
