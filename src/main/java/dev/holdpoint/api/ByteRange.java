package dev.holdpoint.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, 14).
 *
 * @param first counted from 0
 */
record ByteRange(long first, long length) {

    private static final Pattern ONE = Pattern.compile("bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DIGITS = 18;

    /** No such part is there. */
    static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param header as it was sent; anything but one range of bytes counts as none, as a server may ignore it
     * @return null for the whole
     */
    static @Nullable ByteRange of(@Nullable String header, long size) throws Unsatisfiable {
        Matcher range = ONE.matcher(header == null ? "" : header.trim());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return null;
        }
        ByteRange wanted = range.group(1).isEmpty()
                ? last(number(range.group(2)), size)
                : from(number(range.group(1)), range.group(2), size);
        if (wanted != null && wanted.length <= 0) {
            throw new Unsatisfiable();
        }
        return wanted;
    }

    private static ByteRange last(long wanted, long size) {
        long length = Math.min(wanted, size);
        return new ByteRange(size - length, length);
    }

    /** @return null if it ends before it begins, which is no range */
    private static @Nullable ByteRange from(long first, String lastDigits, long size) {
        long last = lastDigits.isEmpty() ? Long.MAX_VALUE : number(lastDigits);
        return last < first ? null : new ByteRange(first, Math.min(last, size - 1) - first + 1);
    }

    private static long number(String digits) {
        return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** As the header {@code Content-Range}. */
    String of(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
