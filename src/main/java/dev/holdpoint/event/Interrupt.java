package dev.holdpoint.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hold point: one tool call that waits for a person.
 *
 * @param call the call with the exact arguments that will run
 * @param digest binds a decision to tool and arguments
 * @param reason why it was asked
 * @param rendering what a person should read, with everything hidden made visible
 * @param diff a unified diff for a change to an existing file
 * @param allowed the kinds of decision that may be made
 * @param expiresAt when the system rejects it by itself; never, when absent
 */
public record Interrupt(
        String id,
        ToolCall call,
        String digest,
        String reason,
        String rendering,
        @Nullable String diff,
        List<Decision.Type> allowed,
        @Nullable Instant expiresAt) {

    public Interrupt {
        allowed = List.copyOf(allowed);
    }
}
