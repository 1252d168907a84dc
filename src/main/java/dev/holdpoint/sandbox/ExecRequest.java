package dev.holdpoint.sandbox;

import java.time.Duration;

/**
 * A command to run.
 *
 * @param command the exact text, given to {@code sh -c} byte for byte
 * @param timeout after which the whole process tree is killed
 */
public record ExecRequest(String command, Duration timeout) {

    public ExecRequest {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout is longer than nothing");
        }
    }
}
