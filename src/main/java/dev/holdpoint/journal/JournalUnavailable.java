package dev.holdpoint.journal;

/** The store can't be used right now; whether what was asked for was done is unknown. */
public final class JournalUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
