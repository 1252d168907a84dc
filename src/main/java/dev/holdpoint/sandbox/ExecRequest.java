package dev.holdpoint.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A command to run.
 *
 * @param command the exact text, given to {@code sh -c} byte for byte; no NUL, at most {@link #MAX_COMMAND_BYTES}
 * @param timeout after which the whole process tree is killed
 */
public record ExecRequest(String command, Duration timeout) {

    /** In UTF-8. */
    public static final int MAX_COMMAND_BYTES = 1 << 20;

    /** @throws IllegalArgumentException if the command or the timeout is out of bounds */
    public ExecRequest {
        if (command.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command holds no NUL character");
        }
        if (command.getBytes(StandardCharsets.UTF_8).length > MAX_COMMAND_BYTES) {
            throw new IllegalArgumentException("a command has at most " + MAX_COMMAND_BYTES + " bytes");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout is longer than nothing");
        }
    }
}
