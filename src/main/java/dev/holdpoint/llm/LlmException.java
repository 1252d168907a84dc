package dev.holdpoint.llm;

import dev.holdpoint.event.Failure;

/** The model gave no whole answer. */
public final class LlmException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final String shownText;
    private final String shownReasoning;

    /**
     * @param failure why, in words for a person
     * @param shownText the text that went out as deltas before it failed; empty if none
     * @param shownReasoning likewise for the reasoning
     */
    public LlmException(Failure failure, String shownText, String shownReasoning) {
        super(failure.message());
        this.failure = failure;
        this.shownText = shownText;
        this.shownReasoning = shownReasoning;
    }

    public LlmException(Failure failure) {
        this(failure, "", "");
    }

    public Failure failure() {
        return failure;
    }

    public String shownText() {
        return shownText;
    }

    public String shownReasoning() {
        return shownReasoning;
    }
}
