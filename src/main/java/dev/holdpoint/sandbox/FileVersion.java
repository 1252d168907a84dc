package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells one content of a file from another: by which file it is, its size, and when it was written, to the nanosecond.
 * A change of mode, owner or links is none.
 *
 * @param text 1 or more characters of 0-9 a-f and -
 */
public record FileVersion(String text) {

    static FileVersion of(Path path) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:ino,size,lastModifiedTime");
        Instant written = ((FileTime) Objects.requireNonNull(found.get("lastModifiedTime"))).toInstant();
        return new FileVersion(hex(found.get("ino"))
                + "-" + hex(found.get("size"))
                + "-" + hex(written.getEpochSecond())
                + "-" + hex(written.getNano()));
    }

    private static String hex(@Nullable Object number) {
        return Long.toHexString(((Number) Objects.requireNonNull(number)).longValue());
    }
}
