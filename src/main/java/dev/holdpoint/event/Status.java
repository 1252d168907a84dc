package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a thread stands. */
public enum Status {
    @JsonProperty("idle")
    IDLE,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("interrupted")
    INTERRUPTED,
    @JsonProperty("failed")
    FAILED;

    /** Where a thread stands after one more event. A turn that a person cancelled leaves the thread idle. */
    public Status after(Event event) {
        return switch (event) {
            case Event.RunStarted _ -> RUNNING;
            case Event.ApprovalRequested _ -> INTERRUPTED;
            case Event.RunFinished _ -> IDLE;
            case Event.RunFailed e -> e.failure().code() == Failure.Code.CANCELLED ? IDLE : FAILED;
            case Event.ThreadCreated _,
                    Event.ThreadUpdated _,
                    Event.UserMessageAdded _,
                    Event.AssistantMessageAdded _,
                    Event.ApprovalDecided _,
                    Event.ToolCallStarted _,
                    Event.ToolCallFinished _,
                    Event.TodosChanged _,
                    Event.StateChanged _,
                    Event.CancelRequested _ -> this;
        };
    }
}
