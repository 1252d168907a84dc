package dev.holdpoint.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads text in lines, and lines in pieces of a bounded length, so that a file without line feeds can't fill the memory.
 * Bytes that aren't UTF-8 are read as U+FFFD.
 */
final class LineReader {

    /**
     * Part of a line.
     *
     * @param line counted from 1
     * @param piece counted from 0 within the line
     * @param last whether the line ends here; a carriage return before its line feed isn't part of the text
     */
    record Piece(long line, int piece, String text, boolean last) {}

    private final Reader reader;
    private final int longest;
    private long line = 1;
    private int piece;
    private int ahead;
    private boolean crlf;

    LineReader(InputStream in, int longest) throws IOException {
        this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
        this.longest = longest;
        this.ahead = reader.read();
    }

    /** The next piece; null at the end. What follows the last line feed is no line if it is empty. */
    @Nullable
    Piece next() throws IOException {
        if (ahead < 0 && piece == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        while (ahead >= 0 && ahead != '\n' && !full(text)) {
            text.append((char) ahead);
            ahead = reader.read();
        }
        boolean last = ahead < 0 || ahead == '\n';
        Piece found = new Piece(line, piece, last ? withoutReturn(text) : text.toString(), last);
        if (last) {
            line++;
            piece = 0;
            ahead = ahead < 0 ? -1 : reader.read();
        } else {
            piece++;
        }
        return found;
    }

    /** Whether a line so far ended in a carriage return and a line feed. */
    boolean hasCrlf() {
        return crlf;
    }

    private boolean full(StringBuilder text) {
        // A piece never ends between the halves of a pair.
        return text.length() >= longest && !Character.isLowSurrogate((char) ahead);
    }

    private String withoutReturn(StringBuilder text) {
        int end = text.length() - 1;
        if (ahead == '\n' && end >= 0 && text.charAt(end) == '\r') {
            crlf = true;
            text.setLength(end);
        }
        return text.toString();
    }
}
