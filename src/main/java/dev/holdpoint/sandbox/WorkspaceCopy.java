package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * One copy of a workspace that commands may be changing. It grows flat in the staging folder: each folder beside the
 * others, moved into its parent when it is complete, so that no path gets too long.
 */
final class WorkspaceCopy implements AutoCloseable, TreeWalk.Visitor {

    private static final int CHUNK = 64 * 1024;
    private static final Set<PosixFilePermission> UNFINISHED = PosixFilePermissions.fromString("rw-------");

    private final Workspaces workspaces;
    private final String name = UUID.randomUUID().toString();
    private final Path place;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    private final TreeWalk walk;
    /** From the one that is being filled up to the workspace. */
    private final Deque<Folder> folders = new ArrayDeque<>();

    private final long maxBytes;
    private long bytes;

    /** @param copy where it grows */
    private record Folder(Path name, Path copy, Set<PosixFilePermission> mode) {}

    /** @param maxBytes bound on the sizes of all files together; holes count, as they are filled in the copy */
    WorkspaceCopy(Workspaces workspaces, ThreadId from, long maxBytes) throws IOException {
        this.workspaces = workspaces;
        this.maxBytes = maxBytes;
        this.walk = new TreeWalk(new SandboxPath(Root.WORKSPACE, List.of()), () -> workspaces.open(from), this);
        this.place = Files.createDirectory(workspaces.staging().resolve(name));
    }

    /** @return the complete copy, still in the staging folder */
    Path make() throws IOException {
        try {
            begin(Path.of(""), Workspaces.MODE);
            walk.run();
            return folders.getFirst().copy();
        } catch (FileProblem e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new FileProblem(Kind.READ_ONLY, walk.at() + " can't be read by its owner; change its mode first");
        } catch (IOException e) {
            throw Problems.of(e, walk.at());
        }
    }

    private void begin(Path folder, Set<PosixFilePermission> mode) throws IOException {
        Path copy = Files.createDirectory(place.resolve(UUID.randomUUID().toString()));
        folders.push(new Folder(folder, copy, mode));
    }

    @Override
    public void enter(Path folder, PosixFileAttributes found) throws IOException {
        begin(folder, found.permissions());
    }

    @Override
    public void leave() throws IOException {
        Folder done = folders.pop();
        Path target = folders.getFirst().copy().resolve(done.name());
        Files.move(done.copy(), target, StandardCopyOption.ATOMIC_MOVE);
        workspaces.user().own(target);
        Files.setPosixFilePermissions(target, done.mode());
    }

    @Override
    public void entry(OpenFolder source, Path entry, PosixFileAttributes found) throws IOException {
        Path target = folders.getFirst().copy().resolve(entry);
        if (found.isSymbolicLink()) {
            link(source, entry, target);
        } else if (found.isRegularFile()) {
            file(source, entry, target, found.permissions());
        }
    }

    private void link(OpenFolder source, Path entry, Path target) throws IOException {
        Path leadsTo = source.readLink(entry);
        if (leadsTo != null) {
            Files.createSymbolicLink(target, leadsTo);
            workspaces.user().own(target);
        }
    }

    private void file(OpenFolder source, Path entry, Path target, Set<PosixFilePermission> mode) throws IOException {
        try (Pin found = source.pin(entry);
                FileChannel in = found.read()) {
            if (in == null) {
                return; // something else stands there by now
            }
            try (FileChannel out = FileChannel.open(
                    target,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(UNFINISHED))) {
                transfer(in, out);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        workspaces.user().own(target);
        Files.setPosixFilePermissions(target, mode);
    }

    /** As much as it held when it was opened: a file that grows as fast as it is read would never end. */
    private void transfer(FileChannel in, FileChannel out) throws IOException {
        long left = in.size();
        if (left > maxBytes - bytes) {
            throw new FileProblem(
                    Kind.TOO_LARGE,
                    "The files of this thread have more than " + maxBytes
                            + " bytes together (HOLDPOINT_MAX_FORK_BYTES): they can't be copied.");
        }
        bytes += left;
        while (left > 0) {
            buffer.clear().limit((int) Math.min(left, CHUNK));
            int read = in.read(buffer);
            if (read < 0) {
                return;
            }
            left -= read;
            buffer.flip();
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }

    @Override
    public void close() throws IOException {
        walk.close();
        new Trash(workspaces.staging(), true).empty(name);
    }
}
