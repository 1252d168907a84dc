package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder held open. All it does is relative to the folder itself, so it doesn't matter what a sandbox makes of the
 * folder's path meanwhile, and none of it follows a link. Look before opening: opening a FIFO blocks, and a device acts.
 */
final class OpenFolder implements AutoCloseable {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final int ATTEMPTS = 5;

    private final SecureDirectoryStream<Path> stream;

    private OpenFolder(SecureDirectoryStream<Path> stream) {
        this.stream = stream;
    }

    /** @param trusted a path that no sandbox can change */
    @SuppressWarnings("StreamResourceLeak") // this class is the resource, and closes the stream
    static OpenFolder of(Path trusted) throws IOException {
        var stream = Files.newDirectoryStream(trusted);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new OpenFolder(secure);
        }
        stream.close();
        throw new IOException("this file system can't open files relative to a folder");
    }

    /** @return null if there is nothing of this name */
    @Nullable
    PosixFileAttributes look(String name) throws IOException {
        return look(Path.of(name));
    }

    /** @param name as {@link #names()} gave it, which may not survive as text */
    @Nullable
    PosixFileAttributes look(Path name) throws IOException {
        try {
            return stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** @param shown the path for messages */
    OpenFolder folder(String name, SandboxPath shown) throws IOException {
        PosixFileAttributes found = look(name);
        if (found == null) {
            throw new FileProblem(Kind.NOT_FOUND, shown + " doesn't exist");
        }
        if (!found.isDirectory()) {
            throw notAFolder(found, shown);
        }
        try {
            return enter(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new FileProblem(Kind.NOT_FOUND, shown + " doesn't exist");
        } catch (NotDirectoryException e) {
            throw new FileProblem(Kind.NOT_A_FOLDER, shown + " isn't a folder");
        } catch (FileSystemException e) {
            throw Problems.of(e, shown);
        }
    }

    /** Opens what was a folder a moment ago. */
    OpenFolder enter(Path name) throws IOException {
        return new OpenFolder(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    private static FileProblem notAFolder(PosixFileAttributes found, SandboxPath shown) {
        return found.isSymbolicLink()
                ? Problems.link(shown)
                : new FileProblem(Kind.NOT_A_FOLDER, shown + " isn't a folder");
    }

    /** Opens what was a regular file a moment ago. */
    SeekableByteChannel file(String name, SandboxPath shown) throws IOException {
        PosixFileAttributes found = look(name);
        if (found == null) {
            throw new FileProblem(Kind.NOT_FOUND, shown + " doesn't exist");
        }
        if (found.isSymbolicLink()) {
            throw Problems.link(shown);
        }
        if (!found.isRegularFile()) {
            throw new FileProblem(Kind.NOT_A_FILE, shown + " isn't a regular file");
        }
        try {
            return open(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new FileProblem(Kind.NOT_FOUND, shown + " doesn't exist");
        } catch (FileSystemException e) {
            throw Problems.of(e, shown);
        }
    }

    /** Opens what was a regular file a moment ago. */
    SeekableByteChannel open(Path name) throws IOException {
        return stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * What a symbolic link says. Java can't read one relative to an open folder, so this goes by the number that the
     * folder is open under, which isn't a path that anyone could change.
     *
     * @return null if it isn't a link any more
     */
    @Nullable
    Path readLink(Path name) throws IOException {
        Object self = key();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path number = number(self);
            try {
                Path leadsTo = Files.readSymbolicLink(number.resolve(name));
                if (isAt(number, self)) {
                    return leadsTo;
                }
            } catch (NoSuchFileException | NotLinkException e) {
                if (isAt(number, self)) {
                    return null;
                }
            }
        }
        throw new IOException("can't find the folder among the open files");
    }

    private Object key() throws IOException {
        return stream.getFileAttributeView(PosixFileAttributeView.class)
                .readAttributes()
                .fileKey();
    }

    private static Path number(Object self) throws IOException {
        try (var numbers = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path number : numbers) {
                if (isAt(number, self)) {
                    return number;
                }
            }
        }
        throw new IOException("can't find the folder among the open files");
    }

    private static boolean isAt(Path number, Object self) {
        try {
            return self.equals(
                    Files.readAttributes(number, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Moves within one file system in one step; replaces a file or an empty folder of the same kind. */
    void moveTo(String name, OpenFolder target, String newName) throws IOException {
        moveTo(Path.of(name), target, newName);
    }

    void moveTo(Path name, OpenFolder target, String newName) throws IOException {
        moveTo(name, target, Path.of(newName));
    }

    void moveTo(Path name, OpenFolder target, Path newName) throws IOException {
        stream.move(name, target.stream, newName);
    }

    void deleteFile(Path name) throws IOException {
        stream.deleteFile(name);
    }

    void deleteFolder(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    /** The names in it, once: the folder can be read a single time. */
    Iterator<Path> names() {
        Iterator<Path> paths = stream.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return paths.hasNext();
            }

            @Override
            public Path next() {
                return paths.next().getFileName();
            }
        };
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
