package dev.holdpoint.sandbox;

import java.time.Duration;

/**
 * Judges what is seen of a workspace while commands run in it. What was within its limits may not leave them. What was
 * beyond them at the first look may stay so as long as it shrinks: else nothing could ever be cleaned.
 */
final class Overuse {

    /** How long a workspace that is too large may stay as it is while commands run. */
    static final Duration GRACE = Duration.ofSeconds(10);

    /** Growth by this share of the limit is none: who cleans may write a little, too. */
    private static final double SLACK = 0.01;

    private boolean within;
    private double smallest = -1;
    private long since;

    /** Commands begin where none ran before. */
    void forget() {
        within = false;
        smallest = -1;
    }

    /** One more command begins: it may need time to shrink something, too. */
    void renew(long now) {
        since = now;
    }

    /** Whether only the fact that the limits are passed matters, and not by how much. */
    boolean isWithin() {
        return within;
    }

    /**
     * Whether what runs has to be stopped.
     *
     * @param beyond by which share of its limits the workspace is beyond them
     * @param now in nanoseconds, as the clock of the machine counts them
     */
    boolean isTooMuch(double beyond, long now) {
        if (beyond <= 0) {
            within = true;
            return false;
        }
        if (within) {
            return true;
        }
        if (smallest < 0 || beyond < smallest) {
            smallest = beyond;
            since = now;
            return false;
        }
        return beyond > smallest + SLACK || now - since >= GRACE.toNanos();
    }
}
