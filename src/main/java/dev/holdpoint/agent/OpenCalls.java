package dev.holdpoint.agent;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The calls that have no result yet, as the events so far tell. */
final class OpenCalls {

    private final Map<String, OpenCall> calls = new LinkedHashMap<>();

    void apply(Recorded recorded) {
        switch (recorded.event()) {
            case AssistantMessageAdded e -> e.calls().forEach(call -> calls.put(call.id(), OpenCall.of(call)));
            case ApprovalRequested e ->
                e.interrupts().forEach(i -> change(i.call().id(), call -> call.asked(i)));
            case ApprovalDecided e -> change(e.toolCallId(), call -> call.decided(e));
            case ToolCallStarted e -> change(e.toolCallId(), call -> call.begun(recorded.at()));
            case ToolCallFinished e -> calls.remove(e.toolCallId());
            case RunFinished _, RunFailed _ -> calls.clear();
            case ThreadCreated _,
                    ThreadUpdated _,
                    RunStarted _,
                    UserMessageAdded _,
                    TodosChanged _,
                    StateChanged _,
                    CancelRequested _ -> {}
        }
    }

    private void change(String callId, UnaryOperator<OpenCall> how) {
        calls.computeIfPresent(callId, (key, call) -> how.apply(call));
    }

    void addAll(OpenCalls others) {
        calls.putAll(others.calls);
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    Optional<OpenCall> find(String callId) {
        return Optional.ofNullable(calls.get(callId));
    }

    /** All of them, in the model's order. */
    List<OpenCall> all() {
        return List.copyOf(calls.values());
    }

    /** The interrupts that wait for a person, in the model's order. */
    List<Interrupt> pending() {
        return calls.values().stream()
                .filter(OpenCall::isPending)
                .map(OpenCall::interrupt)
                .filter(Objects::nonNull)
                .toList();
    }
}
