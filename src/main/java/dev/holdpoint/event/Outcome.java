package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a tool call ended. What isn't known is {@link #OUTCOME_UNKNOWN}, never a success. */
public enum Outcome {
    /** The tool did what it was asked for. */
    @JsonProperty("ok")
    OK,
    /** The call could not be carried out; the result says why and the model can mend it. */
    @JsonProperty("error")
    ERROR,
    /** A command ran to its end, with whatever exit code. */
    @JsonProperty("exited")
    EXITED,
    @JsonProperty("timed_out")
    TIMED_OUT,
    @JsonProperty("oom_killed")
    OOM_KILLED,
    @JsonProperty("sandbox_lost")
    SANDBOX_LOST,
    @JsonProperty("cancelled")
    CANCELLED,
    /** A person said no. */
    @JsonProperty("rejected")
    REJECTED,
    /** It was started, and nobody knows what became of it. */
    @JsonProperty("outcome_unknown")
    OUTCOME_UNKNOWN
}
