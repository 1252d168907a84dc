package dev.holdpoint.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.ToolCall;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was said, in the form that spans carry it: messages with parts, as JSON. Every text is cut to {@link
 * #MAX_CHARS}, and only the newest messages are kept, so that a span stays small whatever a tool put out.
 */
final class SpanContent {

    static final int MAX_CHARS = 8_000;
    private static final int MAX_MESSAGES = 16;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What came since the model's last answer: the input of its next one. */
    private final Deque<ObjectNode> news = new ArrayDeque<>();

    void addUser(String text) {
        add(message("user", part("text").put("content", cut(text))));
    }

    void addToolResult(String toolCallId, String text) {
        ObjectNode part = part("tool_call_response").put("id", toolCallId).put("response", cut(text));
        add(message("tool", part));
    }

    private void add(ObjectNode message) {
        if (news.size() == MAX_MESSAGES) {
            news.removeFirst();
        }
        news.addLast(message);
    }

    /** The messages that are new to the model; there are none of them afterwards. */
    String takeInput() {
        ArrayNode messages = JSON.arrayNode();
        news.forEach(messages::add);
        news.clear();
        return messages.toString();
    }

    static String input(String text) {
        return JSON.arrayNode()
                .add(message("user", part("text").put("content", cut(text))))
                .toString();
    }

    static String output(AssistantMessageAdded answer) {
        ObjectNode message = message("assistant");
        ArrayNode parts = message.withArray("parts");
        if (!answer.reasoning().isEmpty()) {
            parts.add(part("reasoning").put("content", cut(answer.reasoning())));
        }
        if (!answer.text().isEmpty()) {
            parts.add(part("text").put("content", cut(answer.text())));
        }
        answer.calls().stream().limit(MAX_MESSAGES).forEach(call -> parts.add(call(call)));
        message.put("finish_reason", answer.finishReason());
        return JSON.arrayNode().add(message).toString();
    }

    private static ObjectNode call(ToolCall call) {
        return part("tool_call")
                .put("id", call.id())
                .put("name", cut(call.name()))
                .put("arguments", cut(call.arguments()));
    }

    private static ObjectNode message(String role, ObjectNode... parts) {
        ObjectNode message = JSON.objectNode().put("role", role);
        ArrayNode array = message.putArray("parts");
        for (ObjectNode part : parts) {
            array.add(part);
        }
        return message;
    }

    private static ObjectNode part(String type) {
        return JSON.objectNode().put("type", type);
    }

    /** The text, or its beginning with a word on how much is missing. */
    static String cut(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
        return text.substring(0, end) + "… (" + (text.length() - end) + " more characters)";
    }
}
