package dev.holdpoint.sandbox.docker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Finds what a shell says to its host among what commands print: a NUL, the shell's secret, a blank, a word, and a line
 * end. The secret is given to the shell over its standard input alone, so nothing prints it by accident.
 */
final class Marks {

    /** Longer ones aren't ours. */
    private static final int MAX_WORD = 100;

    private static final byte[] NOTHING = {};

    private final byte[] opening;
    private byte[] held = NOTHING;

    Marks(String secret) {
        this.opening = ("\0" + secret + " ").getBytes(StandardCharsets.US_ASCII);
    }

    /** Passes on what is output and what is a mark, in order; the beginning of what may be a mark waits for its rest. */
    void feed(byte[] chunk, Consumer<byte[]> output, Consumer<String> mark) {
        byte[] bytes = held.length == 0 ? chunk : join(held, chunk);
        held = NOTHING;
        int from = 0;
        for (int at = next(bytes, 0); at < bytes.length; at = next(bytes, at)) {
            int end = end(bytes, at);
            if (end == UNFINISHED) {
                pass(bytes, from, at, output);
                held = Arrays.copyOfRange(bytes, at, bytes.length);
                return;
            }
            if (end == NONE) {
                at++;
                continue;
            }
            pass(bytes, from, at, output);
            int word = at + opening.length;
            mark.accept(new String(bytes, word, end - word, StandardCharsets.US_ASCII));
            from = end + 1;
            at = from;
        }
        pass(bytes, from, bytes.length, output);
    }

    /** What was held back is output after all, when nothing follows. */
    void finish(Consumer<byte[]> output) {
        pass(held, 0, held.length, output);
        held = NOTHING;
    }

    private static final int NONE = -1;
    private static final int UNFINISHED = -2;

    private static int next(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    /** @return where the mark that begins here ends, or that none does, or that there is more to come */
    private int end(byte[] bytes, int at) {
        int there = Math.min(opening.length, bytes.length - at);
        if (!Arrays.equals(bytes, at, at + there, opening, 0, there)) {
            return NONE;
        }
        for (int i = at + there; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
            if (i - at - there > MAX_WORD) {
                return NONE;
            }
        }
        return UNFINISHED;
    }

    private static void pass(byte[] bytes, int from, int to, Consumer<byte[]> output) {
        if (from < to) {
            output.accept(from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to));
        }
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
