package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a workspace that commands may be changing. The source is read relative to folders held open. The copy
 * grows flat in the staging folder: each folder beside the others, moved into its parent when it is complete. So depth
 * costs neither stack nor open files, and no path gets too long.
 */
final class WorkspaceCopy implements AutoCloseable {

    /** Folders of the source that are held open; those further up are opened again when they are needed. */
    private static final int MAX_OPEN = 32;

    private static final int CHUNK = 64 * 1024;
    private static final Set<PosixFilePermission> UNFINISHED = PosixFilePermissions.fromString("rw-------");

    private final Workspaces workspaces;
    private final ThreadId from;
    private final String name = UUID.randomUUID().toString();
    private final Path place;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    /** From the folder that is being read up to the workspace. */
    private final Deque<Level> levels = new ArrayDeque<>();

    private final long maxBytes;
    private long bytes;
    private @Nullable Path doing;

    /** @param maxBytes bound on the sizes of all files together; holes count, as they are filled in the copy */
    WorkspaceCopy(Workspaces workspaces, ThreadId from, long maxBytes) throws IOException {
        this.workspaces = workspaces;
        this.maxBytes = maxBytes;
        this.from = from;
        this.place = Files.createDirectory(workspaces.staging().resolve(name));
    }

    /** A folder under way. */
    private static final class Level {
        final Path name;
        final Path copy;
        final Set<PosixFilePermission> mode;
        final Deque<Path> left = new ArrayDeque<>();

        @Nullable
        OpenFolder source;

        Level(Path name, Path copy, Set<PosixFilePermission> mode, OpenFolder source) {
            this.name = name;
            this.copy = copy;
            this.mode = mode;
            this.source = source;
        }
    }

    /** @return the complete copy, still in the staging folder */
    Path make() throws IOException {
        try {
            begin(Path.of(from.value()), Workspaces.MODE, top());
            while (true) {
                Level level = levels.getFirst();
                Path next = level.left.poll();
                if (next != null) {
                    enter(level, next);
                } else if (levels.size() > 1) {
                    finish();
                } else {
                    return level.copy;
                }
            }
        } catch (FileProblem e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new FileProblem(Kind.READ_ONLY, shown() + " can't be read by its owner; change its mode first");
        } catch (IOException e) {
            throw Problems.of(e, shown());
        }
    }

    private OpenFolder top() throws IOException {
        try (OpenFolder root = OpenFolder.of(workspaces.root())) {
            return root.folder(from.value(), new SandboxPath(Root.WORKSPACE, List.of()));
        }
    }

    private void begin(Path folder, Set<PosixFilePermission> mode, OpenFolder source) throws IOException {
        Level level = new Level(folder, place.resolve(UUID.randomUUID().toString()), mode, source);
        levels.push(level);
        closeTheHighest();
        Files.createDirectory(level.copy);
        Iterator<Path> names = source.names();
        while (names.hasNext()) {
            take(level, source, names.next());
        }
    }

    private void closeTheHighest() throws IOException {
        if (levels.size() > MAX_OPEN) {
            Iterator<Level> upwards = levels.iterator();
            for (int i = 0; i < MAX_OPEN; i++) {
                upwards.next();
            }
            close(upwards.next());
        }
    }

    private void take(Level level, OpenFolder source, Path entry) throws IOException {
        doing = entry;
        PosixFileAttributes found = source.look(entry);
        if (found == null) {
            return;
        }
        Path target = level.copy.resolve(entry);
        if (found.isDirectory()) {
            level.left.add(entry);
        } else if (found.isSymbolicLink()) {
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
        try (SeekableByteChannel in = source.open(entry);
                FileChannel out = FileChannel.open(
                        target,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(UNFINISHED))) {
            transfer(in, out);
        } catch (IOException e) {
            if (!Problems.isOther(e)) {
                throw e;
            }
            Files.deleteIfExists(target);
            return;
        }
        workspaces.user().own(target);
        Files.setPosixFilePermissions(target, mode);
    }

    /** As much as it held when it was opened: a file that grows as fast as it is read would never end. */
    private void transfer(SeekableByteChannel in, FileChannel out) throws IOException {
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

    private void enter(Level parent, Path folder) throws IOException {
        doing = folder;
        try {
            OpenFolder source = parent.source == null ? reopen() : parent.source;
            parent.source = source;
            PosixFileAttributes found = source.look(folder);
            if (found != null && found.isDirectory()) {
                begin(folder, found.permissions(), source.enter(folder));
            }
        } catch (IOException e) {
            if (!Problems.isOther(e)) {
                throw e;
            }
        }
    }

    /** Goes down to the current folder again; what stands at its path now is as good as what stood there. */
    private OpenFolder reopen() throws IOException {
        OpenFolder folder = top();
        Iterator<Level> downwards = levels.descendingIterator();
        downwards.next();
        try {
            while (downwards.hasNext()) {
                OpenFolder next = folder.enter(downwards.next().name);
                folder.close();
                folder = next;
            }
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private void finish() throws IOException {
        Level done = levels.pop();
        close(done);
        doing = done.name;
        Path target = levels.getFirst().copy.resolve(done.name);
        Files.move(done.copy, target, StandardCopyOption.ATOMIC_MOVE);
        workspaces.user().own(target);
        Files.setPosixFilePermissions(target, done.mode);
    }

    private static void close(Level level) throws IOException {
        OpenFolder source = level.source;
        level.source = null;
        if (source != null) {
            source.close();
        }
    }

    private SandboxPath shown() {
        List<String> names = new ArrayList<>();
        levels.reversed().stream().skip(1).forEach(level -> names.add(level.name.toString()));
        if (doing != null) {
            names.add(doing.toString());
        }
        return new SandboxPath(Root.WORKSPACE, names);
    }

    @Override
    public void close() throws IOException {
        for (Level level : levels) {
            close(level);
        }
        new Trash(workspaces.staging(), true).empty(name);
    }
}
