package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Something in a file system, held by a descriptor that neither reads nor acts. Whatever a sandbox makes of its name
 * meanwhile, this stays what was found; so it can be looked at first and opened after. Opened by its name, a file that
 * became a pipe a moment ago would hold up the thread until somebody writes into it. For one thread at a time.
 */
final class Pin implements AutoCloseable {

    private static final Path HELD = Path.of("/proc/self/fd");

    private final int number;
    private final Path path;
    private boolean open = true;

    private Pin(int number) {
        this.number = number;
        this.path = HELD.resolve(Integer.toString(number));
    }

    /** @param trusted an absolute path that no sandbox can change */
    static Pin of(Path trusted) throws IOException {
        return new Pin(SystemCalls.hold(SystemCalls.NO_FOLDER, trusted));
    }

    /** What has this name in the folder that is pinned; a link itself, not where it leads. */
    Pin at(Path name) throws IOException {
        return new Pin(SystemCalls.hold(held(), name));
    }

    PosixFileAttributes look() throws IOException {
        return Files.readAttributes(path(), PosixFileAttributes.class);
    }

    FileVersion version() throws IOException {
        return FileVersion.of(path());
    }

    FileStamp stamp() throws IOException {
        return FileStamp.of(path());
    }

    /** @return null if it isn't a regular file */
    @Nullable
    FileChannel read() throws IOException {
        return look().isRegularFile() ? FileChannel.open(path(), StandardOpenOption.READ) : null;
    }

    /** Leads to what is pinned, by way of this process' open files, which nobody else can change. */
    Path path() {
        held();
        return path;
    }

    /** The number of a closed descriptor may be another's by now. */
    private int held() {
        if (!open) {
            throw new IllegalStateException("closed");
        }
        return number;
    }

    /** The path of an entry of the folder that is pinned, of which only the name is looked up. */
    Path child(Path name) {
        if (name.getNameCount() != 1 || name.isAbsolute()) {
            throw new IllegalArgumentException("not a name: " + name);
        }
        return path().resolve(name);
    }

    @Nullable
    PosixFileAttributes lookAt(Path name) throws IOException {
        try {
            return Files.readAttributes(child(name), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            SystemCalls.close(number);
        }
    }
}
