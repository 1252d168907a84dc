package dev.holdpoint.event;

import java.time.Instant;

/**
 * An event as it stands in the journal.
 *
 * @param seq its place in the thread's journal: 1, 2, 3, … without gaps
 */
public record Recorded(ThreadId threadId, long seq, Instant at, Event event) {

    public Recorded {
        if (seq < 1) {
            throw new IllegalArgumentException("sequences begin with 1");
        }
    }
}
