package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.Refused;
import dev.holdpoint.agent.ThreadState;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal.Listed;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Threads as clients see and describe them. */
@Singleton
final class ThreadViews {

    static final int MAX_TITLE_CHARS = 200;
    static final int MAX_METADATA_CHARS = 16_384;

    private final AgentOrchestrator agents;

    ThreadViews(AgentOrchestrator agents) {
        this.agents = agents;
    }

    /** An id that isn't even legal names no thread. */
    static ThreadId id(String value) {
        if (!ThreadId.isLegal(value)) {
            throw new Refused(Refused.Code.NOT_FOUND, "There is no such thread.");
        }
        return new ThreadId(value);
    }

    @Nullable
    String title(ObjectNode request) {
        String title = Wire.text(request, "title");
        if (title != null && title.length() > MAX_TITLE_CHARS) {
            throw new Invalid("title", "is longer than " + MAX_TITLE_CHARS + " characters");
        }
        return title;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Map<String, Object> metadata(ObjectNode request) {
        ObjectNode metadata = Wire.child(request, "metadata");
        if (metadata == null) {
            return null;
        }
        if (metadata.toString().length() > MAX_METADATA_CHARS) {
            throw new Invalid("metadata", "is longer than " + MAX_METADATA_CHARS + " characters");
        }
        return Wire.JSON.convertValue(metadata, Map.class);
    }

    ObjectNode thread(ThreadState state) {
        return thread(state.id(), state.seq(), state.summary(), state.pending());
    }

    /** A thread of a list; only one that waits for a person has to be looked at more closely. */
    Optional<ObjectNode> thread(Listed listed) {
        if (listed.summary().status() != Status.INTERRUPTED) {
            return Optional.of(thread(listed.thread(), listed.lastSeq(), listed.summary(), List.of()));
        }
        try {
            return Optional.of(thread(agents.thread(listed.thread())));
        } catch (Refused e) {
            // It was deleted meanwhile.
            return Optional.empty();
        }
    }

    private ObjectNode thread(ThreadId id, long lastSeq, Summary summary, List<Interrupt> pending) {
        ObjectNode json = Wire.JSON.createObjectNode().put("thread_id", id.value());
        json.put("title", summary.title());
        json.put("status", Wire.name(summary.status()));
        json.put("mode", Wire.name(summary.mode()));
        json.put("created_at", summary.createdAt().toString());
        json.put("updated_at", summary.updatedAt().toString());
        json.set("todos", Wire.JSON.valueToTree(summary.todos()));
        // The first of what is pending, as the contract has it; all of it stands beside it.
        json.set("interrupt", pending.isEmpty() ? Wire.JSON.nullNode() : Interrupts.json(pending.getFirst()));
        ArrayNode interrupts = json.putArray("interrupts");
        pending.forEach(i -> interrupts.add(Interrupts.json(i)));
        json.set("usage", Wire.JSON.valueToTree(summary.usage()));
        json.putObject("sandbox")
                .put("backend", agents.sandboxes().backend())
                .put("state", agents.sandboxes().state(id));
        json.put("last_event_id", Long.toString(lastSeq));
        json.set("metadata", Wire.JSON.valueToTree(summary.metadata()));
        return json;
    }

    /** The conversation in AG-UI's words. */
    ArrayNode messages(ThreadState state) {
        ArrayNode messages = Wire.JSON.createArrayNode();
        for (Event event : state.conversation()) {
            if (event instanceof UserMessageAdded e) {
                messages.addObject()
                        .put("id", e.messageId())
                        .put("role", "user")
                        .put("content", e.text());
            } else if (event instanceof AssistantMessageAdded e) {
                addAnswer(messages, e);
            } else if (event instanceof ToolCallFinished e) {
                messages.addObject()
                        .put("id", AgUi.resultId(e))
                        .put("role", "tool")
                        .put("toolCallId", e.toolCallId())
                        .put("content", e.content());
            }
        }
        return messages;
    }

    private static void addAnswer(ArrayNode messages, AssistantMessageAdded e) {
        if (!e.reasoning().isEmpty()) {
            messages.addObject()
                    .put("id", e.messageId() + "-reasoning")
                    .put("role", "reasoning")
                    .put("content", e.reasoning());
        }
        ObjectNode message = messages.addObject().put("id", e.messageId()).put("role", "assistant");
        if (!e.text().isEmpty()) {
            message.put("content", e.text());
        }
        if (!e.calls().isEmpty()) {
            ArrayNode calls = message.putArray("toolCalls");
            e.calls().forEach(c -> {
                ObjectNode call = calls.addObject().put("id", c.id()).put("type", "function");
                call.putObject("function").put("name", c.name()).put("arguments", c.arguments());
            });
        }
    }
}
