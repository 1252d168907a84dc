package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person says to an agent.
 *
 * @param mode the mode from now on; null leaves the thread's
 * @param runId the id that the run will have
 * @param messageId the id that the message will have
 */
public record UserInput(String text, @Nullable Mode mode, String runId, String messageId) {

    /** A title made of a message is no longer than this. */
    static final int TITLE_CHARS = 80;

    public static UserInput of(String text, @Nullable Mode mode) {
        return new UserInput(text, mode, Ids.run(), Ids.message());
    }

    /**
     * What begins a turn with this.
     *
     * @throws Refused if a turn is under way
     */
    List<Event> begin(ThreadState state) {
        if (state.status() == Status.RUNNING || state.status() == Status.INTERRUPTED) {
            throw new Refused(
                    Code.RUN_ACTIVE,
                    state.status() == Status.RUNNING
                            ? "A turn is under way in this thread: wait for its end, or cancel it."
                            : "A turn of this thread waits for a decision: decide, or cancel it.");
        }
        List<Event> events = new ArrayList<>();
        events.add(new RunStarted(runId, null, mode == null ? state.mode() : mode));
        events.add(new UserMessageAdded(messageId, text));
        if (state.summary().title() == null) {
            events.add(new ThreadUpdated(title(text), null, null));
        }
        state.snapshotAfter(events).ifPresent(events::add);
        return events;
    }

    private static String title(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.codePointCount(0, line.length()) <= TITLE_CHARS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, TITLE_CHARS - 1)) + "…";
    }
}
