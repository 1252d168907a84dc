package dev.holdpoint.tool;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text that is cut, and bytes that may be text. */
final class Text {

    private Text() {}

    /** The first so many chars at most, never half a surrogate pair. */
    static String head(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = chars > 0 && Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end);
    }

    /** The last characters; never half of one. */
    static String tail(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int begin = text.length() - chars;
        return text.substring(Character.isLowSurrogate(text.charAt(begin)) ? begin + 1 : begin);
    }

    /** The text, unless the bytes aren't UTF-8: writing it back gives exactly these bytes. */
    static Optional<String> strict(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether the start of a file looks like no text: a NUL, or many bytes that mean nothing in UTF-8. */
    static boolean looksBinary(byte[] start) {
        int odd = 0;
        int chars = 0;
        for (byte b : start) {
            if (b == 0) {
                return true;
            }
        }
        String text = new String(start, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); i++, chars++) {
            char c = text.charAt(i);
            odd += c == '\uFFFD' || (c < ' ' && "\t\n\r\f\b\u001b".indexOf(c) < 0) ? 1 : 0;
        }
        return odd > 3 && odd * 10 > chars;
    }
}
