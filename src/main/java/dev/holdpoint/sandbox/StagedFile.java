package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** A file that is written where no sandbox can see it, and moved into place when it is complete. */
final class StagedFile implements AutoCloseable {

    private static final Set<PosixFilePermission> NEW = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> UNFINISHED = PosixFilePermissions.fromString("rw-------");
    private static final int CHUNK = 64 * 1024;

    private final Workspaces workspaces;
    private final SandboxPath target;
    private final String name = UUID.randomUUID().toString();
    private final Path file;

    StagedFile(Workspaces workspaces, SandboxPath target) throws IOException {
        this.workspaces = workspaces;
        this.target = target;
        this.file = workspaces.staging().resolve(name);
    }

    void fill(InputStream content, long maxBytes) throws IOException {
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(UNFINISHED))) {
            byte[] chunk = new byte[CHUNK];
            long total = 0;
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                total += read;
                if (total > maxBytes) {
                    throw new FileProblem(Kind.TOO_LARGE, target + ": a file has at most " + maxBytes + " bytes");
                }
                put(out, ByteBuffer.wrap(chunk, 0, read));
            }
            force(out);
        }
        workspaces.user().own(file);
    }

    /** What the disk says is told apart from what the sender's stream says. */
    private void put(FileChannel out, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    private void force(FileChannel out) throws IOException {
        try {
            out.force(true);
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
    }

    long size() throws IOException {
        return Files.size(file);
    }

    /** @return true if there was nothing in its place */
    boolean moveInto(OpenFolder parent) throws IOException {
        PosixFileAttributes old = parent.look(target.name());
        if (old != null && old.isSymbolicLink()) {
            throw Problems.link(target);
        }
        if (old != null && !old.isRegularFile()) {
            throw new FileProblem(Kind.NOT_A_FILE, target + " isn't a regular file");
        }
        Files.setPosixFilePermissions(file, old == null ? NEW : old.permissions());
        try (OpenFolder staging = OpenFolder.of(workspaces.staging())) {
            staging.moveTo(name, parent, target.name());
        } catch (IOException e) {
            throw Problems.of(e, target);
        }
        return old == null;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
