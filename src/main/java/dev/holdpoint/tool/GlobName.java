package dev.holdpoint.tool;

/** One name of a path against one part of a {@link Glob}. */
final class GlobName {

    private GlobName() {}

    static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int tried = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                tried = n;
                continue;
            }
            int end = p < pattern.length() ? one(pattern, p, name.charAt(n)) : -1;
            if (end >= 0) {
                p = end;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++tried;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on after it has matched this character; -1 if it hasn't. */
    private static int one(String pattern, int p, char c) {
        char wanted = pattern.charAt(p);
        int close = wanted == '[' ? pattern.indexOf(']', p + 2) : -1;
        if (close > 0) {
            return inClass(pattern.substring(p + 1, close), c) ? close + 1 : -1;
        }
        if (wanted == '\\' && p + 1 < pattern.length()) {
            return pattern.charAt(p + 1) == c ? p + 2 : -1;
        }
        return wanted == '?' || wanted == c ? p + 1 : -1;
    }

    private static boolean inClass(String set, char c) {
        boolean negated = set.startsWith("!") || set.startsWith("^");
        boolean found = false;
        for (int i = negated ? 1 : 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                found |= set.charAt(i) <= c && c <= set.charAt(i + 2);
                i += 2;
            } else {
                found |= set.charAt(i) == c;
            }
        }
        return found != negated;
    }
}
