package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far the agent may go: {@code BUILD} may change things, {@code PLAN} only looks and plans. */
public enum Mode {
    @JsonProperty("build")
    BUILD,
    @JsonProperty("plan")
    PLAN
}
