package dev.holdpoint.llm;

/** Text that has half a character can't be written as UTF-8. */
final class Surrogates {

    private Surrogates() {}

    /** The same text, with each lone surrogate replaced. */
    static String mend(String text) {
        return isWellFormed(text) ? text : replaceLone(text);
    }

    private static boolean isWellFormed(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!isPairAt(text, i)) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static String replaceLone(String text) {
        StringBuilder mended = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (isPairAt(text, i)) {
                mended.append(text, i, i + 2);
                i++;
            } else {
                char c = text.charAt(i);
                mended.append(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return mended.toString();
    }

    private static boolean isPairAt(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }
}
