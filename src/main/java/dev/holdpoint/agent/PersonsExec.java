package dev.holdpoint.agent;

import dev.holdpoint.event.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a person's own command.
 *
 * @param output stdout and stderr as they came
 * @param exitCode present exactly when the outcome is exited
 * @param truncated whether the middle of the output was left out
 */
public record PersonsExec(
        String output, @Nullable Integer exitCode, Outcome outcome, boolean truncated, Duration duration) {}
