package dev.holdpoint.agent;

import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Mode;
import org.jspecify.annotations.Nullable;

/**
 * What a person says to an agent.
 *
 * @param mode the mode from now on; null leaves the thread's
 * @param runId the id that the run will have
 * @param messageId the id that the message will have
 */
public record UserInput(String text, @Nullable Mode mode, String runId, String messageId) {

    public static UserInput of(String text, @Nullable Mode mode) {
        return new UserInput(text, mode, Ids.run(), Ids.message());
    }
}
