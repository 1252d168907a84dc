package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Why a turn ended without success, in words for a person.
 *
 * @param message complete, and free of secrets, stack traces and host paths
 */
public record Failure(Code code, String message) {

    /** The codes of a {@code RUN_ERROR}; clients rely on them. */
    public enum Code {
        @JsonProperty("cancelled")
        CANCELLED,
        @JsonProperty("model_unavailable")
        MODEL_UNAVAILABLE,
        @JsonProperty("model_rate_limited")
        MODEL_RATE_LIMITED,
        @JsonProperty("model_stream_incomplete")
        MODEL_STREAM_INCOMPLETE,
        @JsonProperty("model_refused")
        MODEL_REFUSED,
        @JsonProperty("context_overflow")
        CONTEXT_OVERFLOW,
        @JsonProperty("step_limit")
        STEP_LIMIT,
        @JsonProperty("budget_exhausted")
        BUDGET_EXHAUSTED,
        @JsonProperty("internal")
        INTERNAL
    }
}
