package dev.holdpoint.sandbox;

import dev.holdpoint.event.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended. Its output went to the {@link ExecOutput}.
 *
 * @param outcome one of exited, timed_out, oom_killed, sandbox_lost, outcome_unknown
 * @param exitCode 0 to 255; present exactly when the command exited (128 + n when signal n ended it)
 */
public record ExecResult(Outcome outcome, @Nullable Integer exitCode, Duration duration) {

    public ExecResult {
        if ((outcome == Outcome.EXITED) != (exitCode != null)) {
            throw new IllegalArgumentException("an exit code belongs to a command that exited");
        }
    }
}
