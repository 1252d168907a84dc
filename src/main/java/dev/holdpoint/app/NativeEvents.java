package dev.holdpoint.app;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.Todo;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What the journal's JSON is made of by reflection, and a native executable would leave out. */
@RegisterForReflection(
        targets = {
            Event.class,
            Event.ApprovalDecided.class,
            Event.ApprovalRequested.class,
            Event.AssistantMessageAdded.class,
            Event.CancelRequested.class,
            Event.RunFailed.class,
            Event.RunFinished.class,
            Event.RunStarted.class,
            Event.StateChanged.class,
            Event.ThreadCreated.class,
            Event.ThreadUpdated.class,
            Event.TodosChanged.class,
            Event.ToolCallFinished.class,
            Event.ToolCallStarted.class,
            Event.UserMessageAdded.class,
            Decision.class,
            Decision.Type.class,
            Failure.class,
            Failure.Code.class,
            Interrupt.class,
            Mode.class,
            Outcome.class,
            Status.class,
            Summary.class,
            Summary.Waiting.class,
            Todo.class,
            Todo.Status.class,
            ToolCall.class,
            Usage.class,
        })
final class NativeEvents {

    private NativeEvents() {}
}
