package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** One line of the agent's plan. */
public record Todo(String content, Status status) {

    public enum Status {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("in_progress")
        IN_PROGRESS,
        @JsonProperty("completed")
        COMPLETED
    }
}
