package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** Turns what goes wrong with files into words that let the model mend it. */
final class Problems {

    private Problems() {}

    static ToolResult result(IOException e) {
        return ToolResult.error("Error: " + reason(e) + advice(e));
    }

    static String reason(IOException e) {
        // The text of any other exception may hold host paths.
        return e instanceof FileProblem problem
                ? trimmed(String.valueOf(problem.getMessage()))
                : "the files can't be read or written right now";
    }

    /** Blocking I/O tells of an interrupt by an exception of its own. */
    static void propagateInterrupt(IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException || e instanceof ClosedByInterruptException) {
            boolean ignored = Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted while using files");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static String advice(IOException e) {
        if (!(e instanceof FileProblem problem)) {
            return ". Nothing was changed as far as is known; try again later.";
        }
        return switch (problem.kind()) {
            case NOT_FOUND -> ". Find the right path with ls or glob.";
            case INVALID_PATH -> ". Use a path in /workspace or /shared that leads through no symbolic link.";
            case NOT_A_FILE -> ". Only regular files can be read and written; list a folder with ls.";
            case NOT_A_FOLDER -> ". Read a file with read_file.";
            case READ_ONLY -> ". /shared can't be changed: write to /workspace.";
            case STALE -> ". Read it again first.";
            case TOO_LARGE -> ". Work on it in parts, or with a command.";
            case NO_SPACE -> ". Remove files that are no longer needed.";
        };
    }

    private static String trimmed(String message) {
        String line = Words.onOneLine(message);
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
