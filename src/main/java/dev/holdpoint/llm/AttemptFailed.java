package dev.holdpoint.llm;

import dev.holdpoint.event.Failure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request gave no whole answer; another one might. */
final class AttemptFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean passing;
    private final transient @Nullable Duration retryAfter;

    private AttemptFailed(Failure failure, boolean passing, @Nullable Duration retryAfter) {
        super(failure.message());
        this.failure = failure;
        this.passing = passing;
        this.retryAfter = retryAfter;
    }

    /** It may pass by itself. */
    static AttemptFailed passing(Failure.Code code, String message, @Nullable Duration retryAfter) {
        return new AttemptFailed(new Failure(code, message), true, retryAfter);
    }

    static AttemptFailed passing(Failure.Code code, String message) {
        return passing(code, message, null);
    }

    /** The same request would fail again. */
    static AttemptFailed lasting(Failure.Code code, String message) {
        return new AttemptFailed(new Failure(code, message), false, null);
    }

    /** The stream isn't what it should be, or broke off. */
    static AttemptFailed incomplete(String message) {
        return passing(Failure.Code.MODEL_STREAM_INCOMPLETE, message);
    }

    Failure failure() {
        return failure;
    }

    boolean isPassing() {
        return passing;
    }

    /** How long the endpoint asked to be left alone. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
