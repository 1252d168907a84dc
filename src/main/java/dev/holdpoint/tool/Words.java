package dev.holdpoint.tool;

import java.util.Locale;

/** How tools put things to the model. */
final class Words {

    private static final int LONGEST_QUOTE = 100;

    private Words() {}

    /** Text from outside in a message: short, on one line. */
    static String quoted(String text) {
        String cut = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
        return "'" + onOneLine(cut) + "'";
    }

    /** Control characters, which could break a line in two, become question marks. */
    static String onOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                ? text
                : text.codePoints()
                        .map(c -> Character.isISOControl(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String count(long n, String noun) {
        return number(n) + " " + noun + (n == 1 ? "" : "s");
    }
}
