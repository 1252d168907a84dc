package dev.holdpoint.api;

import org.jspecify.annotations.Nullable;

/**
 * A path as a client writes it, which must be the plain one: of two spellings of a path, one is often a trick. Where it
 * leads is for the sandbox's files to say.
 */
final class RequestPath {

    /** What a decoder puts where bytes are no text; the path would name another file than was meant. */
    private static final char UNREADABLE = '\uFFFD';

    private RequestPath() {}

    static String file(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            throw new Invalid("path", "is required");
        }
        return plain(path);
    }

    /** May end with a slash. */
    static String folder(String path) {
        return path.length() > 1 && path.endsWith("/") ? plain(path.substring(0, path.length() - 1)) : plain(path);
    }

    private static String plain(String path) {
        if (path.indexOf(UNREADABLE) >= 0) {
            throw new Invalid("path", "isn't UTF-8");
        }
        String names = path.startsWith("/") ? path.substring(1) : path;
        for (String name : names.split("/", -1)) {
            if ((name.isEmpty() && !path.equals("/")) || name.equals(".")) {
                throw new Invalid("path", "has an empty name or '.': write it without");
            }
        }
        return path;
    }
}
