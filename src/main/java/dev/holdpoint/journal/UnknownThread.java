package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;

/** There is no such thread, or no longer. */
public final class UnknownThread extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnknownThread(ThreadId thread) {
        super("no thread " + thread);
    }
}
