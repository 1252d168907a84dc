package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;

/** Another process has taken the run over; nothing was written. */
public final class ClaimLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClaimLost(ThreadId thread) {
        super("the run of thread " + thread + " belongs to another process");
    }
}
