package dev.holdpoint.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file pattern: {@code *} and {@code ?} stay within one name, {@code **} stands for any number of folders, {@code
 * {a,b}} for either, {@code [a-z]} for one character. Matching takes time in proportion to pattern times path, whatever
 * the pattern: no pattern can hang it.
 */
final class Glob {

    private static final int MOST_ALTERNATIVES = 100;

    private final List<List<String>> alternatives;

    /** @throws IllegalArgumentException with words for the model if the braces make too many alternatives */
    Glob(String pattern) {
        List<String> flat = new ArrayList<>();
        expand(pattern, flat);
        this.alternatives = flat.stream().map(Glob::names).toList();
    }

    boolean matches(String path) {
        List<String> names = names(path);
        return alternatives.stream().anyMatch(pattern -> matches(pattern, names));
    }

    private static List<String> names(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }

    private static void expand(String rest, List<String> flat) {
        int open = rest.indexOf('{');
        int close = rest.indexOf('}', open + 1);
        int inner = rest.lastIndexOf('{', close < 0 ? 0 : close);
        if (open < 0 || close < 0) {
            if (flat.size() >= MOST_ALTERNATIVES) {
                throw new IllegalArgumentException("the braces of the pattern make too many alternatives");
            }
            flat.add(rest);
            return;
        }
        // The innermost braces first, so that what is around them is simple by then.
        for (String choice : rest.substring(inner + 1, close).split(",", -1)) {
            expand(rest.substring(0, inner) + choice + rest.substring(close + 1), flat);
        }
    }

    /** Row by row: which ends of the path can the pattern up to here explain? */
    private static boolean matches(List<String> pattern, List<String> names) {
        boolean[] reach = new boolean[names.size() + 1];
        reach[0] = true;
        for (String part : pattern) {
            boolean[] next = new boolean[names.size() + 1];
            for (int i = 0; i <= names.size(); i++) {
                if (part.equals("**")) {
                    next[i] = reach[i] || (i > 0 && next[i - 1]);
                } else {
                    next[i] = i > 0 && reach[i - 1] && GlobName.matches(part, names.get(i - 1));
                }
            }
            reach = next;
        }
        return reach[names.size()];
    }
}
