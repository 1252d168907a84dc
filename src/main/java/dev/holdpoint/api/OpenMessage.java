package dev.holdpoint.api;

import static dev.holdpoint.api.AgUi.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer on its way to one client: what of it was sent, so that previews and the final message together show
 * everything once. Reasoning ends where the text begins, and the text where the first call begins.
 */
final class OpenMessage {

    private final String id;
    private final Section reasoning = new Section();
    private final Section text = new Section();
    private final Map<String, Section> calls = new LinkedHashMap<>();

    private static final class Section {
        private boolean open;
        private boolean closed;
        private int sent;

        private void reopen() {
            open = open && !closed;
            closed = false;
        }
    }

    OpenMessage(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    List<ObjectNode> reasoning(String more) {
        List<ObjectNode> out = new ArrayList<>();
        if (!more.isEmpty() && !reasoning.closed) {
            if (!reasoning.open) {
                reasoning.open = true;
                out.add(node("REASONING_START").put("messageId", reasoningId()));
                out.add(node("REASONING_MESSAGE_START")
                        .put("messageId", reasoningId())
                        .put("role", "reasoning"));
            }
            reasoning.sent += more.length();
            out.add(node("REASONING_MESSAGE_CONTENT")
                    .put("messageId", reasoningId())
                    .put("delta", more));
        }
        return out;
    }

    private List<ObjectNode> endReasoning() {
        List<ObjectNode> out = new ArrayList<>();
        if (reasoning.open && !reasoning.closed) {
            reasoning.closed = true;
            out.add(node("REASONING_MESSAGE_END").put("messageId", reasoningId()));
            out.add(node("REASONING_END").put("messageId", reasoningId()));
        }
        return out;
    }

    List<ObjectNode> text(String more) {
        List<ObjectNode> out = new ArrayList<>();
        if (!more.isEmpty() && !text.closed) {
            if (!text.open) {
                out.addAll(endReasoning());
                text.open = true;
                out.add(node("TEXT_MESSAGE_START").put("messageId", id).put("role", "assistant"));
            }
            text.sent += more.length();
            out.add(node("TEXT_MESSAGE_CONTENT").put("messageId", id).put("delta", more));
        }
        return out;
    }

    private List<ObjectNode> endText() {
        if (text.open && !text.closed) {
            text.closed = true;
            return List.of(node("TEXT_MESSAGE_END").put("messageId", id));
        }
        return List.of();
    }

    List<ObjectNode> callStarted(String callId, String tool) {
        List<ObjectNode> out = new ArrayList<>();
        if (!calls.containsKey(callId)) {
            out.addAll(endReasoning());
            out.addAll(endText());
            calls.put(callId, new Section());
            out.add(node("TOOL_CALL_START")
                    .put("toolCallId", callId)
                    .put("toolCallName", tool)
                    .put("parentMessageId", id));
        }
        return out;
    }

    List<ObjectNode> callArguments(String callId, String more) {
        Section call = calls.get(callId);
        if (call == null || more.isEmpty()) {
            return List.of();
        }
        call.sent += more.length();
        return List.of(node("TOOL_CALL_ARGS").put("toolCallId", callId).put("delta", more));
    }

    /** Whatever of the final message was not sent yet, up to its very end. */
    List<ObjectNode> complete(AssistantMessageAdded message) {
        List<ObjectNode> out = new ArrayList<>();
        // A careless model thought on after its first word, or spoke on after its first call: the rest follows with the
        // same id.
        if (reasoning.sent < message.reasoning().length()) {
            reasoning.reopen();
            out.addAll(reasoning(rest(message.reasoning(), reasoning)));
            out.addAll(endReasoning());
        }
        if (text.sent < message.text().length()) {
            text.reopen();
            out.addAll(text(rest(message.text(), text)));
        }
        for (ToolCall call : message.calls()) {
            out.addAll(callStarted(call.id(), call.name()));
            Section section = calls.getOrDefault(call.id(), new Section());
            out.addAll(callArguments(call.id(), rest(call.arguments(), section)));
        }
        out.addAll(close());
        return out;
    }

    /** Ends everything that is open. */
    List<ObjectNode> close() {
        List<ObjectNode> out = new ArrayList<>(endReasoning());
        out.addAll(endText());
        calls.forEach((callId, section) -> {
            if (!section.closed) {
                section.closed = true;
                out.add(node("TOOL_CALL_END").put("toolCallId", callId));
            }
        });
        return out;
    }

    private static String rest(String whole, Section section) {
        return whole.substring(Math.min(section.sent, whole.length()));
    }

    private String reasoningId() {
        return id + "-reasoning";
    }
}
