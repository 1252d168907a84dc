package dev.holdpoint.tool;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A path in one line of a text with other things in it, as git writes it: one that could pass for them is quoted. */
final class PathName {

    private PathName() {}

    /** The path itself, or, if something in it ends a line, does not show or is a quote, all of it in quotes. */
    static String of(String path) {
        StringBuilder quoted = new StringBuilder(path.length() + 2).append('"');
        path.codePoints().forEach(c -> quoted.append(isPlain(c) ? Character.toString(c) : escaped(c)));
        return quoted.length() == path.length() + 1 ? path : quoted.append('"').toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> c != '"' && c != '\\';
        };
    }

    private static String escaped(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '"', '\\' -> "\\" + Character.toString(c);
            default -> octal(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        };
    }

    private static String octal(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        for (byte b : bytes) {
            digits.append(String.format(Locale.ROOT, "\\%03o", Byte.toUnsignedInt(b)));
        }
        return digits.toString();
    }
}
