package dev.holdpoint.sandbox;

import dev.holdpoint.event.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command in the background, as it is or was.
 *
 * @param outcome how it ended, {@link Outcome#CANCELLED} if somebody ended it; null while it runs
 * @param exitCode present exactly when it exited
 * @param reason why it was stopped; present exactly when the outcome is an error
 * @param endedAt null while it runs
 * @param outputBytes what it printed so far, more than may be kept
 */
public record ProcessInfo(
        String id,
        String command,
        @Nullable Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String reason,
        Instant startedAt,
        @Nullable Instant endedAt,
        long outputBytes) {

    public boolean isRunning() {
        return outcome == null;
    }
}
