package dev.holdpoint.sandbox;

import java.io.IOException;

/** Something about a file that the caller can mend; the message names the path as the sandbox sees it. */
public final class FileProblem extends IOException {

    private static final long serialVersionUID = 1L;

    public enum Kind {
        NOT_FOUND,
        /** The path is malformed, outside of /workspace and /shared, or leads through a link. */
        INVALID_PATH,
        NOT_A_FILE,
        NOT_A_FOLDER,
        /** It lies in /shared, or its mode keeps its owner from doing this. */
        READ_ONLY,
        /** It isn't what the writer expected to find. */
        STALE,
        TOO_LARGE,
        NO_SPACE
    }

    private final Kind kind;

    public FileProblem(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
