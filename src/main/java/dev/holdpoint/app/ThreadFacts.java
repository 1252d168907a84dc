package dev.holdpoint.app;

import dev.holdpoint.event.Event;
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
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ToolCall;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an observer must remember of a thread to make sense of its next event: the open calls, when they began, and what
 * waits for a person. It is emptied when a turn ends. Confined to the follower's thread.
 */
final class ThreadFacts {

    /** A call that began to run. */
    record Begun(String tool, Instant at) {}

    /** A call that waits for a person. */
    record Waiting(String tool, String toolCallId, Instant since) {}

    private final UnaryOperator<String> kept;
    private final Map<String, ToolCall> calls = new HashMap<>();
    private final Map<String, Begun> begun = new HashMap<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private @Nullable String userId;
    private long seq;

    /** @param kept what is kept of a call's arguments, which may be large */
    ThreadFacts(UnaryOperator<String> kept) {
        this.kept = kept;
    }

    void apply(Recorded recorded) {
        seq = recorded.seq();
        switch (recorded.event()) {
            case ThreadCreated e -> user(e.metadata());
            case ThreadUpdated e -> user(e.metadata());
            case AssistantMessageAdded e -> e.calls().forEach(this::add);
            case ToolCallStarted e -> begun.put(e.toolCallId(), new Begun(e.tool(), recorded.at()));
            case ToolCallFinished e -> remove(e.toolCallId());
            case ApprovalRequested e -> e.interrupts().forEach(i -> add(i, recorded.at()));
            case ApprovalDecided e -> waiting.remove(e.interruptId());
            case RunFinished _, RunFailed _ -> clear();
            case RunStarted _, UserMessageAdded _, TodosChanged _, StateChanged _, CancelRequested _ -> {}
        }
    }

    private void user(@Nullable Map<String, Object> metadata) {
        if (metadata != null) {
            userId = metadata.get("user_id") instanceof String id && !id.isBlank() ? id : null;
        }
    }

    private void add(ToolCall call) {
        calls.put(call.id(), call.withArguments(kept.apply(call.arguments())));
    }

    private void add(Interrupt interrupt, Instant at) {
        ToolCall call = interrupt.call();
        waiting.put(interrupt.id(), new Waiting(call.name(), call.id(), at));
    }

    private void remove(String toolCallId) {
        calls.remove(toolCallId);
        begun.remove(toolCallId);
    }

    private void clear() {
        calls.clear();
        begun.clear();
        waiting.clear();
    }

    /** The name of an open call's tool, as the model wrote it: the tool need not exist. */
    Optional<String> tool(String toolCallId) {
        return call(toolCallId).map(ToolCall::name).or(() -> begun(toolCallId).map(Begun::tool));
    }

    Optional<ToolCall> call(String toolCallId) {
        return Optional.ofNullable(calls.get(toolCallId));
    }

    Optional<Begun> begun(String toolCallId) {
        return Optional.ofNullable(begun.get(toolCallId));
    }

    Optional<Waiting> waiting(String interruptId) {
        return Optional.ofNullable(waiting.get(interruptId));
    }

    /** Everything that waits, by the id of its interrupt. */
    Map<String, Waiting> waiting() {
        return Map.copyOf(waiting);
    }

    /** The {@code user_id} of the thread's metadata, if it is a text. */
    Optional<String> userId() {
        return Optional.ofNullable(userId);
    }

    /** The last event in here. */
    long seq() {
        return seq;
    }

    /** Whether this event belongs to a turn: what a person does to the thread itself doesn't. */
    static boolean isOfTurn(Event event) {
        return switch (event) {
            case RunStarted _,
                    AssistantMessageAdded _,
                    ToolCallStarted _,
                    ToolCallFinished _,
                    ApprovalRequested _,
                    ApprovalDecided _,
                    RunFinished _,
                    RunFailed _ -> true;
            case ThreadCreated _,
                    ThreadUpdated _,
                    UserMessageAdded _,
                    TodosChanged _,
                    StateChanged _,
                    CancelRequested _ -> false;
        };
    }
}
