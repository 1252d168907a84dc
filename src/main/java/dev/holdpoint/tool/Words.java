package dev.holdpoint.tool;

import java.util.Locale;

/** How tools put things to the model. */
final class Words {

    private static final int LONGEST_QUOTE = 100;

    private Words() {}

    /** Text from outside in a message: short, on one line. */
    static String quoted(String text) {
        String head = Text.head(text, LONGEST_QUOTE);
        return "'" + onOneLine(head) + (head.length() < text.length() ? "…'" : "'");
    }

    /** Control characters, which could break a line in two, and halves of pairs become question marks. */
    static String onOneLine(String text) {
        return text.codePoints().noneMatch(Words::isOdd)
                ? text
                : text.codePoints()
                        .map(c -> isOdd(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isOdd(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
    }

    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String count(long n, String noun) {
        return number(n) + " " + noun + (n == 1 ? "" : "s");
    }
}
