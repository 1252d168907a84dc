package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file that is written where no sandbox can see it, and moved into place when it is complete. */
final class StagedFile implements AutoCloseable {

    private static final Set<PosixFilePermission> NEW = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> UNFINISHED = PosixFilePermissions.fromString("rw-------");

    private final Workspaces workspaces;
    private final SandboxPath target;
    private final String name = UUID.randomUUID().toString();
    private final Path file;
    private final FileChannel out;

    StagedFile(Workspaces workspaces, SandboxPath target) throws IOException {
        this.workspaces = workspaces;
        this.target = target;
        this.file = workspaces.staging().resolve(name);
        try {
            this.out = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(UNFINISHED));
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    void write(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    /** After this it is on the disk whatever happens. */
    void complete() throws IOException {
        try (out) {
            out.force(true);
            workspaces.user().own(file);
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    long size() throws IOException {
        return Files.size(file);
    }

    /** Only while no other writer of this process is about to do the same. */
    SandboxFiles.Written moveInto(OpenFolder parent, Expected expected) throws IOException {
        FileVersion version = FileVersion.of(file);
        try (OpenFolder staging = OpenFolder.of(workspaces.staging())) {
            PosixFileAttributes old = replaced(parent, expected);
            Files.setPosixFilePermissions(file, old == null ? NEW : old.permissions());
            if (expected.equals(Expected.NOTHING)) {
                staging.linkTo(name, parent, target.name());
            } else {
                staging.moveTo(name, parent, target.name());
            }
            return new SandboxFiles.Written(old == null, version);
        } catch (FileProblem e) {
            throw e;
        } catch (FileAlreadyExistsException e) {
            throw stale(target);
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    private @Nullable PosixFileAttributes replaced(OpenFolder parent, Expected expected) throws IOException {
        try (Pin found = parent.pin(Path.of(target.name()))) {
            PosixFileAttributes old = found.look();
            if (old.isSymbolicLink()) {
                throw Problems.link(target);
            }
            if (!old.isRegularFile()) {
                throw new FileProblem(Kind.NOT_A_FILE, target + " isn't a regular file");
            }
            if (!expected.holds(found.version())) {
                throw stale(target);
            }
            return old;
        } catch (NoSuchFileException e) {
            if (!expected.holds(null)) {
                throw stale(target);
            }
            return null;
        }
    }

    static FileProblem stale(SandboxPath path) {
        return new FileProblem(Kind.STALE, path + " isn't what the request expects: it was changed meanwhile");
    }

    @Override
    public void close() throws IOException {
        try (out) {
            Files.deleteIfExists(file);
        }
    }
}
