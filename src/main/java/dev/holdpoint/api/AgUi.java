package dev.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.Seen;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.CancelRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.StateChanged;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.TodosChanged;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells one client what happens, in the words of AG-UI 1.0. Keeps what this client was sent of the answer under way;
 * used by one stream, one item at a time.
 */
final class AgUi {

    private OpenMessage message = new OpenMessage("");

    /** The frames for what was seen: none for what has no word on the wire. */
    List<Frame> frames(Seen seen) {
        return switch (seen) {
            case Seen.Fact(var recorded) -> fact(recorded);
            case Seen.Preview(var delta) ->
                preview(delta).stream().map(node -> frame(null, node)).toList();
            case Seen.Idle _ -> List.of();
        };
    }

    private List<ObjectNode> preview(Delta delta) {
        return switch (delta) {
            case Delta.Reasoning d -> in(d.messageId(), m -> m.reasoning(d.text()));
            case Delta.Text d -> in(d.messageId(), m -> m.text(d.text()));
            case Delta.CallStarted d -> in(d.messageId(), m -> m.callStarted(d.toolCallId(), d.tool()));
            case Delta.CallArguments d -> in(d.messageId(), m -> m.callArguments(d.toolCallId(), d.text()));
            case Delta.ToolOutput d -> List.of(output(d));
        };
    }

    private List<ObjectNode> in(String messageId, Function<OpenMessage, List<ObjectNode>> say) {
        List<ObjectNode> out = new ArrayList<>();
        if (!message.id().equals(messageId)) {
            // The process that wrote the open one died, and another asked the model again.
            out.addAll(message.close());
            message = new OpenMessage(messageId);
        }
        out.addAll(say.apply(message));
        return out;
    }

    private static ObjectNode output(Delta.ToolOutput d) {
        ObjectNode custom = node("CUSTOM").put("name", "tool_output");
        custom.putObject("value")
                .put("tool_call_id", d.toolCallId())
                .put("stream", Wire.name(d.stream()))
                .put("text", d.text());
        return custom;
    }

    private List<Frame> fact(Recorded r) {
        return frames(
                r,
                switch (r.event()) {
                    case RunStarted e -> List.of(started(r, e));
                    case AssistantMessageAdded e -> finished(e);
                    case ToolCallStarted e -> List.of(toolStarted(e));
                    case ToolCallFinished e -> List.of(result(e));
                    case StateChanged e -> List.of(snapshot(e));
                    case ApprovalRequested e -> List.of(interrupted(r, e));
                    case RunFinished e -> List.of(succeeded(r, e));
                    case RunFailed e -> failed(e);
                    case ThreadCreated _,
                            ThreadUpdated _,
                            UserMessageAdded _,
                            ApprovalDecided _,
                            TodosChanged _,
                            CancelRequested _ -> List.<ObjectNode>of();
                });
    }

    private static ObjectNode started(Recorded r, RunStarted e) {
        ObjectNode started = run("RUN_STARTED", r, e.runId());
        return e.parentRunId() == null ? started : started.put("parentRunId", e.parentRunId());
    }

    private List<ObjectNode> finished(AssistantMessageAdded e) {
        List<ObjectNode> rest = in(e.messageId(), m -> m.complete(e));
        message = new OpenMessage("");
        return rest;
    }

    private static ObjectNode toolStarted(ToolCallStarted e) {
        ObjectNode custom = node("CUSTOM").put("name", "tool_started");
        ObjectNode value = custom.putObject("value").put("tool_call_id", e.toolCallId());
        if (e.args() != null) {
            value.set("args", Wire.arguments(e.args()));
        }
        return custom;
    }

    private static ObjectNode result(ToolCallFinished e) {
        ObjectNode result = node("TOOL_CALL_RESULT")
                .put("messageId", resultId(e))
                .put("toolCallId", e.toolCallId())
                .put("content", e.content())
                .put("role", "tool");
        ObjectNode metadata = result.putObject("metadata").put("outcome", Wire.name(e.outcome()));
        if (e.exitCode() != null) {
            metadata.put("exit_code", e.exitCode());
        }
        if (e.truncated()) {
            metadata.put("truncated", true);
        }
        metadata.put("duration_ms", e.durationMillis());
        return result;
    }

    static String resultId(ToolCallFinished e) {
        return e.toolCallId() + "-result";
    }

    private static ObjectNode snapshot(StateChanged e) {
        ObjectNode event = node("STATE_SNAPSHOT");
        ObjectNode snapshot = event.putObject("snapshot");
        snapshot.set("todos", Wire.JSON.valueToTree(e.todos()));
        if (e.title() != null) {
            snapshot.put("title", e.title());
        }
        snapshot.set("usage", Wire.JSON.valueToTree(e.usage()));
        snapshot.put("mode", Wire.name(e.mode()));
        return event;
    }

    private static ObjectNode interrupted(Recorded r, ApprovalRequested e) {
        ObjectNode event = run("RUN_FINISHED", r, e.runId());
        ArrayNode interrupts =
                event.putObject("outcome").put("type", "interrupt").putArray("interrupts");
        e.interrupts().forEach(i -> interrupts.add(Interrupts.json(i)));
        return event;
    }

    private static ObjectNode succeeded(Recorded r, RunFinished e) {
        ObjectNode event = run("RUN_FINISHED", r, e.runId());
        event.putObject("outcome").put("type", "success");
        return event;
    }

    private List<ObjectNode> failed(RunFailed e) {
        List<ObjectNode> out = new ArrayList<>(message.close());
        message = new OpenMessage("");
        out.add(node("RUN_ERROR")
                .put("message", e.failure().message())
                .put("code", Wire.name(e.failure().code())));
        return out;
    }

    private static ObjectNode run(String type, Recorded r, String runId) {
        return node(type).put("threadId", r.threadId().value()).put("runId", runId);
    }

    /** An error of the endpoint itself, outside of any journal. */
    static Frame error(String code, String what) {
        return frame(null, node("RUN_ERROR").put("message", what).put("code", code));
    }

    /** Tells a client that its cursor meant nothing and that everything follows. */
    static Frame resync() {
        return frame(null, node("CUSTOM").put("name", "resync"));
    }

    static ObjectNode node(String type) {
        return Wire.JSON.createObjectNode().put("type", type);
    }

    /** Only the last frame of an event carries its id and time, so that a cursor never splits a message. */
    private static List<Frame> frames(Recorded r, List<ObjectNode> nodes) {
        List<Frame> frames = new ArrayList<>(nodes.size());
        for (ObjectNode node : nodes.subList(0, Math.max(0, nodes.size() - 1))) {
            frames.add(frame(null, node));
        }
        if (!nodes.isEmpty()) {
            frames.add(frame(r.seq(), nodes.getLast().put("timestamp", r.at().toEpochMilli())));
        }
        return frames;
    }

    private static Frame frame(@Nullable Long id, ObjectNode node) {
        try {
            return new Frame(id, node.get("type").textValue(), Wire.JSON.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a frame that can't be written", e);
        }
    }
}
