package dev.holdpoint.llm;

import dev.holdpoint.event.Failure;

/** The model gave no whole answer. */
public final class LlmException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** @param failure why, in words for a person; what was shown until then went out as deltas */
    public LlmException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
