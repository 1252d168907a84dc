package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** Turns what the operating system says into what a caller can mend, without host paths. */
final class Problems {

    private Problems() {}

    static FileProblem link(SandboxPath shown) {
        return new FileProblem(Kind.INVALID_PATH, shown + " is a symbolic link, which file tools don't follow");
    }

    /** Whether the name stands for nothing now, or for something of another kind than before. */
    static boolean isOther(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return e instanceof NoSuchFileException
                || e instanceof NotDirectoryException
                || text.contains("symbolic links")
                || text.contains("not a directory")
                || text.contains("is a directory");
    }

    /** The operating system's reason has no type in Java, only a text. */
    static IOException of(IOException e, SandboxPath shown) {
        if (e instanceof NoSuchFileException) {
            return new FileProblem(Kind.NOT_FOUND, shown + ": it or its folder was removed meanwhile");
        }
        if (e instanceof AccessDeniedException) {
            return new FileProblem(Kind.READ_ONLY, shown + ": its mode, or that of its folder, doesn't allow it");
        }
        if (e instanceof NotDirectoryException) {
            return new FileProblem(Kind.NOT_A_FOLDER, shown + " isn't a folder");
        }
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota exceeded")) {
            return new FileProblem(Kind.NO_SPACE, shown + ": the disk is full");
        }
        if (text.contains("symbolic links")) {
            return link(shown);
        }
        if (text.contains("not a directory")) {
            return new FileProblem(Kind.NOT_A_FOLDER, shown + " isn't a folder");
        }
        if (text.contains("is a directory")) {
            return new FileProblem(Kind.NOT_A_FILE, shown + " is a folder");
        }
        return new IOException(shown + " failed on the disk", e);
    }
}
