package dev.holdpoint.sandbox;

import java.nio.charset.StandardCharsets;

/**
 * What a process printed, as text.
 *
 * @param from the offset of its first byte; later than what was asked for where that isn't kept any more
 * @param next the offset to go on from
 */
public record ProcessOutput(ProcessInfo process, long from, long next, String text) {

    private static final int LONGEST_CHARACTER = 4;

    /** A character that isn't complete yet is left for the next time. */
    static ProcessOutput of(ProcessInfo process, OutputRing.Piece piece, long asked) {
        byte[] bytes = piece.bytes().array();
        int begin = piece.from() > asked ? begin(bytes) : 0;
        int end = process.isRunning() ? end(bytes) : bytes.length;
        int length = Math.max(0, end - begin);
        String text = new String(bytes, Math.min(begin, end), length, StandardCharsets.UTF_8);
        return new ProcessOutput(process, piece.from() + begin, piece.from() + begin + length, text);
    }

    /** Past the rest of a character whose beginning isn't kept. */
    private static int begin(byte[] bytes) {
        int begin = 0;
        while (begin < Math.min(bytes.length, LONGEST_CHARACTER - 1) && isContinuation(bytes[begin])) {
            begin++;
        }
        return begin;
    }

    /** Before a character of which only the beginning is there. */
    private static int end(byte[] bytes) {
        for (int back = 1; back < LONGEST_CHARACTER && back <= bytes.length; back++) {
            byte b = bytes[bytes.length - back];
            if (!isContinuation(b)) {
                return length(b) > back ? bytes.length - back : bytes.length;
            }
        }
        return bytes.length;
    }

    private static int length(byte first) {
        if ((first & 0xE0) == 0xC0) {
            return 2;
        }
        if ((first & 0xF0) == 0xE0) {
            return 3;
        }
        return (first & 0xF8) == 0xF0 ? LONGEST_CHARACTER : 1;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
