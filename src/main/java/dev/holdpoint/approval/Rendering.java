package dev.holdpoint.approval;

import java.util.Locale;

/**
 * Text as a person should read it before deciding: nothing in it can hide or pretend. Control, format (bidi, zero
 * width), unassigned, private-use and lone surrogate characters, look-alikes of the space and runs of blanks that push
 * text out of view are replaced by visible marks; line feeds stay.
 */
public final class Rendering {

    /** A run of blanks longer than this could hide what follows it. */
    static final int LONGEST_BLANK_RUN = 40;

    private Rendering() {}

    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        int blanks = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            blanks = c == ' ' ? blanks + 1 : 0;
            if (blanks > LONGEST_BLANK_RUN) {
                out.append('␠');
            } else if (c == '\n' || c == ' ' || isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(mark(c));
            }
        }
        return blankLinesMarked(out.toString());
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> !isInvisibleLetter(c);
        };
    }

    /** Characters that Unicode calls letters or marks and that show nothing (Default_Ignorable_Code_Point, and the blanks). */
    private static boolean isInvisibleLetter(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || c == 0x2800
                || c == 0x3164
                || c == 0xFFA0
                || (c >= 0x180B && c <= 0x180F)
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0xE0100 && c <= 0xE01EF);
    }

    private static String mark(int c) {
        return switch (c) {
            case '\t' -> "⇥\t";
            case '\r' -> "␍";
            case 0x1B -> "␛";
            case 0 -> "␀";
            default -> String.format(Locale.ROOT, "⟨U+%04X⟩", c);
        };
    }

    /** Many empty lines in a row push what follows out of view: they are counted instead. */
    private static String blankLinesMarked(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int empty = 0;
        for (String line : text.split("\n", -1)) {
            empty = line.isBlank() ? empty + 1 : 0;
            if (empty > 0 && empty % 5 == 0) {
                out.append("⟨blank line ").append(empty).append("⟩");
            }
            out.append(line).append('\n');
        }
        out.setLength(out.length() - 1);
        return out.toString();
    }
}
