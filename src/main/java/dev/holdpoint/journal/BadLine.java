package dev.holdpoint.journal;

/** A file that is no journal, or not one that this version reads; says which line is wrong, and how. */
public final class BadLine extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param line counted from 1 */
    public BadLine(long line, String what) {
        super("line " + line + ": " + what);
    }
}
