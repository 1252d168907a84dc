package dev.holdpoint.sandbox;

import dev.holdpoint.event.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended. Its output went to the {@link ExecOutput}.
 *
 * @param outcome one of exited, timed_out, oom_killed, sandbox_lost, outcome_unknown, error for one that was stopped
 *     for what it did, and cancelled for one that a person stopped
 * @param exitCode 0 to 255; present exactly when the command exited (128 + n when signal n ended it)
 * @param reason what it was stopped for, and what to do about it; present exactly when it was
 */
public record ExecResult(
        Outcome outcome,
        @Nullable Integer exitCode,
        Duration duration,
        @Nullable String reason) {

    public ExecResult {
        if ((outcome == Outcome.EXITED) != (exitCode != null)) {
            throw new IllegalArgumentException("an exit code belongs to a command that exited");
        }
        if ((outcome == Outcome.ERROR) != (reason != null)) {
            throw new IllegalArgumentException("a reason belongs to a command that was stopped");
        }
    }

    public ExecResult(Outcome outcome, @Nullable Integer exitCode, Duration duration) {
        this(outcome, exitCode, duration, null);
    }

    static ExecResult stopped(String reason, Duration duration) {
        return new ExecResult(Outcome.ERROR, null, duration, reason);
    }
}
