package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A folder held open. All it does is relative to the folder itself, so it doesn't matter what a sandbox makes of the
 * folder's path meanwhile, and none of it follows a link, waits for a pipe or wakes a device.
 */
final class OpenFolder implements AutoCloseable {

    private final Pin pin;
    private @Nullable DirectoryStream<Path> stream;

    private OpenFolder(Pin pin) {
        this.pin = pin;
    }

    /** @param trusted an absolute path that no sandbox can change; itself not a link */
    static OpenFolder of(Path trusted) throws IOException {
        return of(Pin.of(trusted), trusted.getFileName());
    }

    private static OpenFolder of(Pin pin, @Nullable Path name) throws IOException {
        try {
            if (!pin.look().isDirectory()) {
                throw new NotDirectoryException(String.valueOf(name));
            }
            return new OpenFolder(pin);
        } catch (IOException | RuntimeException e) {
            pin.close();
            throw e;
        }
    }

    /** The folder itself. */
    PosixFileAttributes look() throws IOException {
        return pin.look();
    }

    /** @return null if there is nothing of this name */
    @Nullable
    PosixFileAttributes look(String name) throws IOException {
        return look(Path.of(name));
    }

    /** @param name as {@link #names()} gave it, which may not survive as text */
    @Nullable
    PosixFileAttributes look(Path name) throws IOException {
        return pin.lookAt(name);
    }

    /**
     * What has this name now, to be looked at and then opened.
     *
     * @throws NoSuchFileException if nothing has
     */
    Pin pin(Path name) throws IOException {
        return pin.at(name);
    }

    /** @param shown the path for messages */
    OpenFolder folder(String name, SandboxPath shown) throws IOException {
        Pin found = pin(name, shown);
        try {
            PosixFileAttributes what = found.look();
            if (what.isSymbolicLink()) {
                throw Problems.link(shown);
            }
            if (!what.isDirectory()) {
                throw new FileProblem(Kind.NOT_A_FOLDER, shown + " isn't a folder");
            }
            return new OpenFolder(found);
        } catch (IOException | RuntimeException e) {
            found.close();
            throw e;
        }
    }

    private Pin pin(String name, SandboxPath shown) throws IOException {
        try {
            return pin.at(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new FileProblem(Kind.NOT_FOUND, shown + " doesn't exist");
        } catch (IOException e) {
            throw Problems.of(e, shown);
        }
    }

    /** @throws NotDirectoryException if it isn't a folder */
    OpenFolder enter(Path name) throws IOException {
        return of(pin.at(name), name);
    }

    /** @param shown the path for messages */
    SandboxFile file(String name, SandboxPath shown) throws IOException {
        try (Pin found = pin(name, shown)) {
            PosixFileAttributes what = found.look();
            if (what.isSymbolicLink()) {
                throw Problems.link(shown);
            }
            FileChannel content = found.read();
            if (content == null) {
                throw new FileProblem(Kind.NOT_A_FILE, shown + " isn't a regular file");
            }
            return new SandboxFile(WorkspaceFiles.entry(shown, what), found.version(), content);
        } catch (FileProblem e) {
            throw e;
        } catch (IOException e) {
            throw Problems.of(e, shown);
        }
    }

    /**
     * What a symbolic link says.
     *
     * @return null if it isn't a link
     */
    @Nullable
    Path readLink(Path name) throws IOException {
        try {
            return Files.readSymbolicLink(pin.child(name));
        } catch (NoSuchFileException | NotLinkException e) {
            return null;
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
        Files.move(pin.child(name), target.pin.child(newName), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Gives a file of this folder a second name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if something has it
     */
    void linkTo(String name, OpenFolder target, String newName) throws IOException {
        Files.createLink(target.pin.child(Path.of(newName)), pin.child(Path.of(name)));
    }

    /** Removes a file, a link or an empty folder. */
    void delete(Path name) throws IOException {
        Files.delete(pin.child(name));
    }

    /** The names in it, once: the folder can be read a single time. */
    @SuppressWarnings("StreamResourceLeak") // closed with the folder
    Iterator<Path> names() throws IOException {
        if (stream != null) {
            throw new IllegalStateException("read already");
        }
        stream = Files.newDirectoryStream(pin.path());
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
        try (pin) {
            if (stream != null) {
                stream.close();
            }
        }
    }
}
