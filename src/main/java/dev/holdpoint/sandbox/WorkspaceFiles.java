package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;

/**
 * A thread's files, from the host's side. Walks from a folder that no sandbox can change, one component at a time, each
 * relative to the folder held open before it.
 */
final class WorkspaceFiles implements SandboxFiles {

    private final Workspaces workspaces;
    private final ThreadId thread;

    WorkspaceFiles(Workspaces workspaces, ThreadId thread) {
        this.workspaces = workspaces;
        this.thread = thread;
    }

    @Override
    public FileEntry stat(String path) throws IOException {
        SandboxPath parsed = SandboxPath.parse(path);
        if (parsed.isRoot()) {
            return new FileEntry(parsed.toString(), FileEntry.Type.DIR, 0, modified(parsed.root()));
        }
        try (OpenFolder parent = open(parsed.parent())) {
            PosixFileAttributes found = parent.look(parsed.name());
            if (found == null) {
                throw missing(parsed);
            }
            return entry(parsed, found);
        }
    }

    private Instant modified(Root root) throws IOException {
        if (root != Root.WORKSPACE) {
            return Instant.EPOCH;
        }
        try (OpenFolder folder = OpenFolder.of(workspaces.root())) {
            PosixFileAttributes found = folder.look(thread.value());
            return found == null ? Instant.EPOCH : found.lastModifiedTime().toInstant();
        }
    }

    static FileEntry entry(SandboxPath path, PosixFileAttributes found) {
        FileEntry.Type type = found.isRegularFile()
                ? FileEntry.Type.FILE
                : found.isDirectory()
                        ? FileEntry.Type.DIR
                        : found.isSymbolicLink() ? FileEntry.Type.SYMLINK : FileEntry.Type.OTHER;
        return new FileEntry(
                path.toString(), type, found.size(), found.lastModifiedTime().toInstant());
    }

    @Override
    public Listing list(String path, boolean recursive, int limit) throws IOException {
        return new Lister(this, recursive, limit).list(SandboxPath.parse(path));
    }

    @Override
    public InputStream read(String path) throws IOException {
        SandboxPath parsed = SandboxPath.parse(path);
        if (parsed.isRoot()) {
            throw new FileProblem(Kind.NOT_A_FILE, parsed + " is a folder");
        }
        try (OpenFolder parent = open(parsed.parent())) {
            return Channels.newInputStream(parent.file(parsed.name(), parsed));
        }
    }

    @Override
    public boolean write(String path, InputStream content, long maxBytes) throws IOException {
        SandboxPath parsed = writable(path);
        try (StagedFile staged = new StagedFile(workspaces, parsed)) {
            staged.fill(content, maxBytes);
            workspaces.quota(thread).add(parsed, staged.size());
            try (OpenFolder parent = openOrMake(parsed.parent())) {
                return staged.moveInto(parent);
            }
        }
    }

    @Override
    public void delete(String path) throws IOException {
        SandboxPath parsed = writable(path);
        try (OpenFolder parent = open(parsed.parent())) {
            if (parent.look(parsed.name()) == null) {
                throw missing(parsed);
            }
            new Trash(workspaces.staging(), false).take(parent, parsed.name());
            workspaces.quota(thread).deleted();
        } catch (NoSuchFileException e) {
            throw missing(parsed);
        } catch (AccessDeniedException e) {
            throw new FileProblem(
                    Kind.READ_ONLY, parsed + " has folders that its owner can't write to; change their mode first");
        }
    }

    private static SandboxPath writable(String path) throws FileProblem {
        SandboxPath parsed = SandboxPath.parse(path);
        if (parsed.root() != Root.WORKSPACE) {
            throw new FileProblem(Kind.READ_ONLY, parsed + " is read-only; only /workspace can be written to");
        }
        if (parsed.isRoot()) {
            throw new FileProblem(Kind.INVALID_PATH, "/workspace itself can be neither written nor deleted");
        }
        return parsed;
    }

    /** Opens an existing folder; never for the top, which isn't one on this host. */
    OpenFolder open(SandboxPath path) throws IOException {
        return walk(path, false);
    }

    private OpenFolder openOrMake(SandboxPath path) throws IOException {
        return walk(path, true);
    }

    private OpenFolder walk(SandboxPath path, boolean make) throws IOException {
        OpenFolder folder = openRoot(path);
        SandboxPath at = new SandboxPath(path.root(), path.names().subList(0, 0));
        try {
            for (String name : path.names()) {
                at = at.child(name);
                if (make && folder.look(name) == null) {
                    StagedFolder.make(workspaces, folder, at);
                }
                OpenFolder next = folder.folder(name, at);
                folder.close();
                folder = next;
            }
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private OpenFolder openRoot(SandboxPath path) throws IOException {
        if (path.root() == Root.SHARED) {
            Path shared = workspaces.shared().orElseThrow(() -> missing(path));
            return OpenFolder.of(shared);
        }
        SandboxPath top = new SandboxPath(Root.WORKSPACE, path.names().subList(0, 0));
        try (OpenFolder root = OpenFolder.of(workspaces.root())) {
            return root.folder(thread.value(), top);
        }
    }

    boolean hasShared() {
        return workspaces.shared().isPresent();
    }

    private static FileProblem missing(SandboxPath path) {
        return new FileProblem(Kind.NOT_FOUND, path + " doesn't exist");
    }
}
