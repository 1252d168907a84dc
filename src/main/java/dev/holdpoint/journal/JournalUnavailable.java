package dev.holdpoint.journal;

/** The store can't be used right now; nothing was written. */
public final class JournalUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
