package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a file system notes of a file.
 *
 * @param modified nanoseconds since the epoch; whoever owns the file can set it to anything
 * @param changed nanoseconds since the epoch at which anything of the file was changed last, its mode or name included;
 *     only the kernel sets it
 */
record FileStamp(long inode, long size, long modified, long changed) {

    static FileStamp of(Path path) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:ino,size,lastModifiedTime,ctime");
        return new FileStamp(
                number(found.get("ino")),
                number(found.get("size")),
                nanos(found.get("lastModifiedTime")),
                nanos(found.get("ctime")));
    }

    private static long number(@Nullable Object value) {
        return ((Number) Objects.requireNonNull(value)).longValue();
    }

    private static long nanos(@Nullable Object value) {
        return ((FileTime) Objects.requireNonNull(value)).to(TimeUnit.NANOSECONDS);
    }
}
