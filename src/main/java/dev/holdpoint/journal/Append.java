package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.ThreadId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be appended, and on which terms.
 *
 * @param expectedSeq the sequence of the last event that the writer knows; 0 creates the thread
 * @param claim the run's owner writes under its claim; absent for what anybody may write
 * @param request the client's request that this carries out, stored in the same transaction; absent if it has no key
 */
public record Append(
        ThreadId thread,
        long expectedSeq,
        List<Event> events,
        @Nullable Claim claim,
        @Nullable RequestKey request) {

    public Append {
        events = List.copyOf(events);
    }

    public static Append of(ThreadId thread, long expectedSeq, List<? extends Event> events) {
        return new Append(thread, expectedSeq, List.copyOf(events), null, null);
    }

    public Append under(Claim owners) {
        return new Append(thread, expectedSeq, events, owners, request);
    }

    public Append carryingOut(@Nullable RequestKey clients) {
        return new Append(thread, expectedSeq, events, claim, clients);
    }
}
