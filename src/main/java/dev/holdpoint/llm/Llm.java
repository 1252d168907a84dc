package dev.holdpoint.llm;

import dev.holdpoint.event.Delta;
import java.util.function.Consumer;

/** A model that streams its answers. Implementations are safe for use by many threads at once. */
public interface Llm {

    /** The model's name, for people: in health, traces and messages. */
    String name();

    /** Whether this is the built-in demonstration and no real model. */
    boolean isDemo();

    /**
     * Asks for one answer and blocks until it is whole. Retries on its own, within bounds, as long as no delta of this
     * answer was given out.
     *
     * @param onDelta gets previews in order, on whichever thread; quick and non-throwing. What the deltas add up to is
     *     what the completion holds: same message id, same call ids, same text.
     * @throws LlmException if there is no whole answer
     * @throws InterruptedException if the calling thread is interrupted; the connection is closed by then
     */
    Completion complete(CompletionRequest request, Consumer<Delta> onDelta) throws LlmException, InterruptedException;
}
