package dev.holdpoint.api;

import dev.holdpoint.sandbox.FileProblem;
import java.util.List;

/** An upload of many files that ended before the last of them. */
final class FormStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FileProblem why;
    private final List<String> written;

    FormStopped(FileProblem why, List<String> written) {
        super(why);
        this.why = why;
        this.written = List.copyOf(written);
    }

    FileProblem why() {
        return why;
    }

    /** The files that are in place, in the order of the form. */
    List<String> written() {
        return written;
    }
}
