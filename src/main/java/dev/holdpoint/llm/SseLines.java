package dev.holdpoint.llm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes an event stream apart into its data lines. Bytes are only looked at for line ends, so it doesn't matter where the
 * network cuts them. Each data line stands for itself: no endpoint spreads one chunk over several.
 */
final class SseLines {

    /** Gets the bytes of a data line that isn't blank; they are only good until it returns. */
    @FunctionalInterface
    interface Listener {
        void data(byte[] bytes, int offset, int length) throws AttemptFailed, IOException;
    }

    private static final int INITIAL = 8 * 1024;

    private final Listener listener;
    private final int maxLineBytes;
    private byte[] buffer = new byte[INITIAL];
    private int filled;
    private int scanned;

    SseLines(Listener listener, int maxLineBytes) {
        this.listener = listener;
        this.maxLineBytes = maxLineBytes;
    }

    void read(ByteBuffer bytes) throws AttemptFailed, IOException {
        append(bytes);
        int start = 0;
        for (int i = scanned; i < filled; i++) {
            byte b = buffer[i];
            if (b == '\n' || b == '\r') {
                line(start, i);
                start = i + 1;
            }
        }
        keepFrom(start);
    }

    /** No more bytes will come: what is left is a line without an end. */
    void end() throws AttemptFailed, IOException {
        int length = filled;
        filled = 0;
        line(0, length);
    }

    private void append(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (filled + count > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(filled + count, buffer.length * 2));
        }
        bytes.get(buffer, filled, count);
        filled += count;
    }

    private void keepFrom(int start) throws AttemptFailed {
        filled -= start;
        scanned = filled;
        System.arraycopy(buffer, start, buffer, 0, filled);
        if (filled > maxLineBytes) {
            throw AttemptFailed.incomplete("The model's answer has a line of more than " + maxLineBytes + " bytes.");
        }
    }

    private void line(int start, int end) throws AttemptFailed, IOException {
        int from = skipByteOrderMark(start, end);
        if (!isData(from, end)) {
            return;
        }
        from += 5;
        while (from < end && buffer[from] == ' ') {
            from++;
        }
        if (from < end) {
            listener.data(buffer, from, end - from);
        }
    }

    /** Everything else is a comment, a field that we don't need, or nothing that a stream of events has a meaning for. */
    private boolean isData(int from, int end) {
        return end - from >= 5
                && buffer[from] == 'd'
                && buffer[from + 1] == 'a'
                && buffer[from + 2] == 't'
                && buffer[from + 3] == 'a'
                && buffer[from + 4] == ':';
    }

    private int skipByteOrderMark(int start, int end) {
        boolean marked = end - start >= 3
                && buffer[start] == (byte) 0xEF
                && buffer[start + 1] == (byte) 0xBB
                && buffer[start + 2] == (byte) 0xBF;
        return marked ? start + 3 : start;
    }
}
