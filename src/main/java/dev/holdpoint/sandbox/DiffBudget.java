package dev.holdpoint.sandbox;

/** What the diffs of one answer may still cost. Who has no room is told before anything is compared. */
final class DiffBudget {

    /** Of all texts together; to find what differs takes time, also for a diff that has no room in the end. */
    static final int MOST_LINES = 200_000;

    private int chars;
    private int lines = MOST_LINES;

    /** @param chars of all diffs together */
    DiffBudget(int chars) {
        this.chars = chars;
    }

    /** Whether these texts may be compared; it costs their lines. */
    boolean begin(String before, String after) {
        // A diff holds at least what one text has more than the other, and says where.
        int least = before.equals(after) ? 0 : Math.abs(after.length() - before.length()) + 1;
        int needed = lines(before) + lines(after);
        if (least > chars || needed > lines) {
            return false;
        }
        lines -= needed;
        return true;
    }

    private static int lines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count() + 1;
    }

    /** Whether this diff has room; it costs its characters. */
    boolean take(String diff) {
        boolean fits = diff.length() <= chars;
        chars -= fits ? diff.length() : 0;
        return fits;
    }
}
