package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names a thread. One to 128 characters of {@code A-Z a-z 0-9 _ -}, so that it is also a safe name for a folder, a
 * container label and a URL segment.
 */
public record ThreadId(@JsonValue String value) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    /** @throws IllegalArgumentException if the value isn't a legal id */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ThreadId {
        if (!isLegal(value)) {
            throw new IllegalArgumentException("a thread id has 1 to 128 characters of A-Z, a-z, 0-9, _ and -");
        }
    }

    public static boolean isLegal(String value) {
        return LEGAL.matcher(value).matches();
    }

    /** A new id in the form that the original service used. */
    public static ThreadId create() {
        return new ThreadId("user-" + UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value;
    }
}
