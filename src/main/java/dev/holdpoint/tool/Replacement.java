package dev.holdpoint.tool;

/** What came of replacing some text by another. */
sealed interface Replacement {

    record Done(String text, int count) implements Replacement {}

    /** @param reason for the model, with how to mend it */
    record Refused(String reason) implements Replacement {}

    /** @param maxChars a longer result is refused before it is made */
    static Replacement of(String text, String oldText, String newText, boolean all, int maxChars) {
        if (oldText.isEmpty()) {
            return new Refused("old_string is empty. Give the text to replace, or use write_file.");
        }
        if (oldText.equals(newText)) {
            return new Refused("old_string and new_string are the same, so there is nothing to change.");
        }
        int count = count(text, oldText);
        if (count == 0 && needsCrlf(text, oldText)) {
            return of(text, toCrlf(oldText), toCrlf(newText), all, maxChars);
        }
        if (count == 0) {
            return new Refused("old_string was not found. It must be exactly as in the file, with the same blanks and "
                    + "line ends and without line numbers. Read the file again.");
        }
        if (count > 1 && !all) {
            return new Refused("old_string was found " + Words.count(count, "time") + ". Add lines around it until "
                    + "it is unique, or set replace_all to change every place.");
        }
        long length = text.length() + (long) count * (newText.length() - oldText.length());
        return length > maxChars
                ? new Refused("the file would become larger than " + Words.number(maxChars) + " bytes.")
                : new Done(text.replace(oldText, newText), count);
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    /** A model that reads numbered lines can't see line ends: in a file of CRLF lines it means those. */
    private static boolean needsCrlf(String text, String part) {
        return part.indexOf('\n') >= 0
                && part.indexOf('\r') < 0
                && text.contains("\r\n")
                && !text.replace("\r\n", "").contains("\n");
    }

    private static String toCrlf(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }
}
