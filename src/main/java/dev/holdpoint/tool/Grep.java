package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** One search through many files, bounded in time, bytes read and lines found. */
final class Grep {

    enum Mode {
        FILES_WITH_MATCHES,
        CONTENT,
        COUNT;

        static Mode of(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    private static final int SNIFFED_BYTES = 8 * 1024;

    /** A longer line is searched in parts: text that lies across the seam of two isn't found. */
    private static final int LONGEST_LINE = 1 << 20;

    private static final int SHOWN_CHARS = 500;

    private final SandboxFiles files;
    private final String pattern;
    private final Mode mode;
    private final ToolSettings settings;
    private final Deadline deadline;
    private final StringBuilder out = new StringBuilder();
    private long bytesLeft;
    private int hits;
    private int skipped;
    private String cut = "";

    Grep(SandboxFiles files, String pattern, Mode mode, ToolSettings settings) {
        this.files = files;
        this.pattern = pattern;
        this.mode = mode;
        this.settings = settings;
        this.bytesLeft = settings.scanCapBytes();
        this.deadline = new Deadline(settings.scanTimeout());
    }

    /** Searches one more file, unless it is binary or went away. */
    void search(String path) throws IOException, InterruptedException {
        try (InputStream in = new BufferedInputStream(files.read(path), SNIFFED_BYTES)) {
            in.mark(SNIFFED_BYTES);
            boolean binary = Text.looksBinary(in.readNBytes(SNIFFED_BYTES));
            in.reset();
            if (!binary) {
                BoundedInput bounded = new BoundedInput(in, bytesLeft);
                search(path, new LineReader(bounded, LONGEST_LINE));
                bytesLeft = bounded.left();
                if (bounded.wasCut()) {
                    cut = Words.number(settings.scanCapBytes()) + " bytes were searched";
                }
            }
        } catch (FileProblem e) {
            // It went away, or became something else, since it was listed.
            skipped++;
        }
    }

    private void search(String path, LineReader reader) throws IOException, InterruptedException {
        long count = 0;
        long counted = 0;
        for (LineReader.Piece piece = reader.next(); piece != null && inTime(); piece = reader.next()) {
            int at = piece.text().indexOf(pattern);
            if (at < 0 || piece.line() == counted) {
                continue;
            }
            counted = piece.line();
            count++;
            if (mode == Mode.CONTENT && !add(path + ":" + piece.line() + ":", shown(piece.text(), at))) {
                return;
            }
            if (mode == Mode.FILES_WITH_MATCHES) {
                add(path, "");
                return;
            }
        }
        if (mode == Mode.COUNT && count > 0) {
            add(path + ":", Long.toString(count));
        }
    }

    /** Whether the search may go on. */
    boolean inTime() throws InterruptedException {
        if (deadline.passed()) {
            cut = deadline.words();
        }
        return cut.isEmpty();
    }

    private boolean add(String where, String what) {
        if (hits == settings.maxHits()) {
            cut = "there are more than " + Words.number(settings.maxHits()) + " matches";
            return false;
        }
        hits++;
        out.append(out.isEmpty() ? "" : "\n").append(Words.onOneLine(where)).append(what);
        return true;
    }

    private static String shown(String line, int at) {
        if (line.length() <= SHOWN_CHARS) {
            return line;
        }
        int from = Math.max(0, at - SHOWN_CHARS / 4);
        String part = Text.head(line.substring(from), SHOWN_CHARS);
        return (from > 0 ? "…" : "") + part + (from + part.length() < line.length() ? "…" : "");
    }

    String text(boolean tooManyFiles) {
        String found = hits == 0 ? "No matches found" : out.toString();
        if (!cut.isEmpty()) {
            return found + "\n[stopped early: " + cut + ". Narrow path, glob or pattern]";
        }
        if (skipped > 0) {
            found += "\n[" + Words.count(skipped, "file") + " could not be read]";
        }
        return tooManyFiles ? found + "\n[there are too many files to search all of them: narrow the path]" : found;
    }
}
