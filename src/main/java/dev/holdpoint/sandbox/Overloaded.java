package dev.holdpoint.sandbox;

import java.time.Duration;

/** A command that was not started because too much runs already: the same one may run later. */
public final class Overloaded extends SandboxUnavailable {

    private static final long serialVersionUID = 1L;

    private final int position;
    private final Duration retryAfter;

    /**
     * @param reason what is full, with the name of its setting; the message adds the rest
     * @param position the command's place in the queue, from 1; 0 if it couldn't wait in one
     * @param retryAfter when it is worth another try; whole seconds, at least one
     */
    public Overloaded(String reason, int position, Duration retryAfter) {
        super(reason + (position > 0 ? "; its place in the queue was " + position : "") + ". Try again in "
                + seconds(retryAfter) + " s.");
        this.position = position;
        this.retryAfter = Duration.ofSeconds(seconds(retryAfter));
    }

    private static long seconds(Duration time) {
        return Math.max(1, time.toSeconds());
    }

    public int position() {
        return position;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
