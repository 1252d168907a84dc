package dev.holdpoint.llm;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model that streams its answers. Implementations are safe for use by many threads at once. */
public interface Llm {

    /** The model's name, for people: in health, traces and messages. */
    String name();

    /** Whether this is the built-in demonstration and no real model. */
    boolean isDemo();

    /**
     * The latest time that it was asked and an answer came, or none.
     *
     * @param at when that was known
     * @param failure why there was no whole answer; null if there was
     */
    record Asked(Instant at, @Nullable Failure failure) {}

    /** How it went the last time; empty before the first, and for those of which nothing can be said. */
    default Optional<Asked> lastAsked() {
        return Optional.empty();
    }

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
