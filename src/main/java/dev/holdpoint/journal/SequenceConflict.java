package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;

/** Another writer was faster: read what it wrote, then decide anew. */
public final class SequenceConflict extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SequenceConflict(ThreadId thread, long expected) {
        super("thread " + thread + " no longer ends at " + expected);
    }
}
