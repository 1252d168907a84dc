package dev.holdpoint.tool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps UTF-8 text of any length in bounded memory: all of it while it's short, then its start and its end, and the
 * whole, up to another bound, in a temporary file of the host. Not safe for many threads.
 */
final class Spool implements AutoCloseable {

    private final byte[] start;
    private final byte[] end;
    private final long fileCap;
    private long size;
    private long kept;
    private @Nullable Path file;
    private @Nullable OutputStream out;
    private boolean broken;

    /** @param shownCap up to so many bytes are kept in memory and shown; beyond, half of it from each end */
    Spool(int shownCap, long fileCap) {
        this.start = new byte[shownCap];
        this.end = new byte[shownCap / 2];
        this.fileCap = fileCap;
    }

    /** Never throws: a full disk of the host only means that less is kept. */
    void add(byte[] bytes) {
        int room = (int) Math.max(0, Math.min(start.length - size, bytes.length));
        System.arraycopy(bytes, 0, start, (int) Math.min(size, start.length), room);
        for (int i = Math.max(0, bytes.length - end.length); i < bytes.length; i++) {
            end[(int) ((size + i) % end.length)] = bytes[i];
        }
        long before = size;
        size += bytes.length;
        if (size > start.length && !broken) {
            store(bytes, before);
        }
    }

    private void store(byte[] bytes, long before) {
        try {
            OutputStream to = out;
            if (to == null) {
                file = Files.createTempFile("holdpoint-output-", ".txt");
                to = Files.newOutputStream(file);
                out = to;
                to.write(start, 0, (int) before);
                kept = before;
            }
            int more = (int) Math.min(bytes.length, fileCap - kept);
            to.write(bytes, 0, more);
            kept += more;
        } catch (IOException e) {
            // What is kept so far stays readable; the model is told that it isn't all.
            broken = true;
        }
    }

    boolean isLong() {
        return size > start.length;
    }

    long size() {
        return size;
    }

    /** How many bytes, from the start, {@link #open} gives. */
    long kept() {
        return isLong() ? kept : size;
    }

    long leftOut() {
        return size - head().getBytes(StandardCharsets.UTF_8).length - tail().getBytes(StandardCharsets.UTF_8).length;
    }

    /** All of it, or its first half when it's long; never half a character. */
    String head() {
        int length = isLong() ? start.length - end.length : (int) size;
        while (isLong() && length > 0 && isContinuation(start[length])) {
            length--;
        }
        return new String(start, 0, length, StandardCharsets.UTF_8);
    }

    /** The end of what is long. */
    String tail() {
        int at = (int) (size % end.length);
        byte[] ordered = Arrays.copyOf(Arrays.copyOfRange(end, at, end.length), end.length);
        System.arraycopy(end, 0, ordered, end.length - at, at);
        int from = 0;
        while (from < ordered.length && isContinuation(ordered[from])) {
            from++;
        }
        return new String(ordered, from, ordered.length - from, StandardCharsets.UTF_8);
    }

    InputStream open() throws IOException {
        OutputStream to = out;
        if (to != null) {
            to.flush();
        }
        return file == null ? new ByteArrayInputStream(start, 0, (int) kept()) : Files.newInputStream(file);
    }

    @Override
    public void close() {
        try {
            OutputStream to = out;
            if (to != null) {
                to.close();
            }
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // The system clears its temporary files; the result is complete without this.
            broken = true;
        }
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
