package dev.holdpoint.tool;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A unified diff of two texts, bounded in time. */
public final class FileDiff {

    private static final int CONTEXT = 3;
    private static final int MOST_CHARS = 200_000;

    /** Beyond this the search for the shortest diff takes too much time and memory: what differs is shown as one block. */
    private static final int MOST_LINES = 2_000;

    private FileDiff() {}

    /** The whole diff; empty text if the texts are the same. */
    public static String unified(String path, String before, String after) {
        List<String> old = lines(before);
        List<String> now = lines(after);
        String name = PathName.of(path);
        List<String> rows = UnifiedDiffUtils.generateUnifiedDiff(name, name, old, patch(old, now), CONTEXT);
        return rows.stream().map(FileDiff::placed).collect(Collectors.joining("\n"));
    }

    /** What stands in an empty text stands after its line 0, which the library doesn't know. */
    private static String placed(String row) {
        return row.startsWith("@@ ") ? row.replace("-1,0 ", "-0,0 ").replace("+1,0 ", "+0,0 ") : row;
    }

    /** The diff as far as a person reads it; empty if the texts are the same. */
    static Optional<String> of(String path, String before, String after) {
        if (before.equals(after)) {
            return Optional.empty();
        }
        String diff = unified(path, before, after);
        return Optional.of(
                diff.length() <= MOST_CHARS
                        ? diff
                        : Text.head(diff, MOST_CHARS) + "\n[the diff is cut here: it has " + Words.number(diff.length())
                                + " characters; the arguments have it all]");
    }

    private static Patch<String> patch(List<String> old, List<String> now) {
        int start = 0;
        int shorter = Math.min(old.size(), now.size());
        while (start < shorter && old.get(start).equals(now.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && old.get(old.size() - 1 - end).equals(now.get(now.size() - 1 - end))) {
            end++;
        }
        List<String> removed = old.subList(start, old.size() - end);
        List<String> added = now.subList(start, now.size() - end);
        // What was only added or removed needs no search, which would take time for each pair of its lines.
        boolean isOneSided = removed.isEmpty() != added.isEmpty();
        if (!isOneSided && removed.size() + added.size() <= MOST_LINES) {
            return DiffUtils.diff(old, now);
        }
        Patch<String> whole = new Patch<>();
        whole.addDelta(new ChangeDelta<>(new Chunk<>(start, removed), new Chunk<>(start, added)));
        return whole;
    }

    /** A last line without a line feed differs from one with it, and says so. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int at = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
            lines.add(text.substring(at, end));
            at = end + 1;
        }
        if (at < text.length()) {
            lines.add(text.substring(at) + "\n\\ No newline at end of file");
        }
        return lines;
    }
}
