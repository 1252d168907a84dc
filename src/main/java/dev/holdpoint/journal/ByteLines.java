package dev.holdpoint.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The lines of a file, one at a time, each bounded. */
final class ByteLines {

    private static final int CHUNK = 64 * 1024;

    private final InputStream file;
    private final int maxBytes;
    private final byte[] chunk = new byte[CHUNK];
    private int from;
    private int to;
    private long number;

    ByteLines(InputStream file, int maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /** The number of the line that was read last, counted from 1. */
    long number() {
        return number;
    }

    /**
     * The next line without its end; null at the end of the file.
     *
     * @throws BadLine if it is too long
     */
    byte @Nullable [] next() {
        if (!fill()) {
            return null;
        }
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean whole = false;
        while (!whole && fill()) {
            int end = from;
            while (end < to && chunk[end] != '\n') {
                end++;
            }
            whole = end < to;
            if (line.size() + (end - from) > maxBytes) {
                throw new BadLine(number, "is longer than " + maxBytes + " bytes");
            }
            line.write(chunk, from, end - from);
            from = whole ? end + 1 : end;
        }
        return line.toByteArray();
    }

    /** @return false at the end of the file */
    private boolean fill() {
        try {
            if (from == to) {
                from = 0;
                to = Math.max(0, file.read(chunk));
            }
            return from < to;
        } catch (IOException e) {
            throw new UncheckedIOException("a journal that can't be read", e);
        }
    }
}
