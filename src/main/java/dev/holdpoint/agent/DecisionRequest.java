package dev.holdpoint.agent;

import dev.holdpoint.event.Decision;
import org.jspecify.annotations.Nullable;

/**
 * A decision as a client sends it.
 *
 * @param interruptId the interrupt that it is for; or
 * @param toolCallId the call that it is for; with neither, its place in the request counts
 * @param tool the tool that the client thinks it decides on; checked when given
 * @param digest what the client was shown; checked when given
 */
public record DecisionRequest(
        @Nullable String interruptId,
        @Nullable String toolCallId,
        @Nullable String tool,
        Decision decision,
        @Nullable String digest) {

    boolean isPositional() {
        return interruptId == null && toolCallId == null;
    }
}
