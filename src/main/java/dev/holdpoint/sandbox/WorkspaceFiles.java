package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A thread's files, from the host's side. Walks from a folder that no sandbox can change, one component at a time, each
 * relative to the folder held open before it.
 */
final class WorkspaceFiles implements SandboxFiles {

    private final Workspaces workspaces;
    private final ThreadId thread;
    private final Lock writers;

    /** @param writers keeps those who write to this thread's files apart */
    WorkspaceFiles(Workspaces workspaces, ThreadId thread, Lock writers) {
        this.workspaces = workspaces;
        this.thread = thread;
        this.writers = writers;
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
        try (OpenFolder folder = workspaces.open(thread)) {
            return folder.look().lastModifiedTime().toInstant();
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
    public SandboxFile read(String path) throws IOException {
        SandboxPath parsed = SandboxPath.parse(path);
        if (parsed.isRoot()) {
            throw new FileProblem(Kind.NOT_A_FILE, parsed + " is a folder");
        }
        try (OpenFolder parent = open(parsed.parent())) {
            return parent.file(parsed.name(), parsed);
        }
    }

    @Override
    public Archive archive(String path, long maxBytes) throws IOException {
        SandboxPath parsed = SandboxPath.parse(path);
        if (parsed.root() == Root.TOP) {
            throw new FileProblem(Kind.INVALID_PATH, "/ can't be packed as a whole, but /workspace and /shared can");
        }
        FolderArchive archive = new FolderArchive(parsed, () -> open(parsed), maxBytes);
        archive.check();
        return archive;
    }

    @Override
    public Upload upload(String path, Expected expected) throws IOException {
        SandboxPath parsed = writable(path);
        if (!expected.equals(Expected.ANYTHING) && !expected.holds(version(parsed))) {
            // Looked at again in the end; but whoever is wrong by now needn't send it all to hear so.
            throw StagedFile.stale(parsed);
        }
        return new WorkspaceUpload(this, workspaces, writers, parsed, expected);
    }

    private @Nullable FileVersion version(SandboxPath path) throws IOException {
        try (OpenFolder parent = open(path.parent());
                Pin found = parent.pin(Path.of(path.name()))) {
            return found.version();
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileProblem e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void delete(String path, Expected expected) throws IOException {
        SandboxPath parsed = writable(path);
        Trash trash = new Trash(workspaces.staging(), false);
        try {
            trash.empty(takeAway(trash, parsed, expected));
            quota().deleted();
        } catch (NoSuchFileException e) {
            throw missing(parsed);
        } catch (AccessDeniedException e) {
            throw new FileProblem(
                    Kind.READ_ONLY, parsed + " has folders that its owner can't write to; change their mode first");
        }
    }

    private String takeAway(Trash trash, SandboxPath path, Expected expected) throws IOException {
        writers.lock();
        try (OpenFolder parent = open(path.parent());
                Pin found = parent.pin(Path.of(path.name()))) {
            if (!expected.holds(found.version())) {
                throw StagedFile.stale(path);
            }
            return trash.move(parent, path.name());
        } finally {
            writers.unlock();
        }
    }

    @Override
    public void keep(String turn, Runnable check) throws IOException {
        workspaces.keep(thread, turn, check);
    }

    @Override
    public Optional<Changes> changes(String turn, Changes.Differ differ) throws IOException, Overloaded {
        return workspaces.comparing().run(() -> compare(turn, differ));
    }

    private Optional<Changes> compare(String turn, Changes.Differ differ) throws IOException {
        Optional<Baseline> kept = workspaces.baselines().find(thread, turn);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try (Baseline before = kept.get()) {
            var search = new ChangeSearch(this, before, workspaces.baselines().limits(), differ);
            return Optional.of(search.run(() -> workspaces.open(thread)));
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

    /** Opens a folder, and makes what is missing of it. */
    OpenFolder openOrMake(SandboxPath path) throws IOException {
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
        if (path.root() == Root.WORKSPACE) {
            return workspaces.open(thread);
        }
        Path shared = workspaces.shared().orElseThrow(() -> missing(path));
        return OpenFolder.of(shared.toRealPath());
    }

    WorkspaceQuota quota() {
        return workspaces.quota(thread);
    }

    boolean hasShared() {
        return workspaces.shared().isPresent();
    }

    private static FileProblem missing(SandboxPath path) {
        return new FileProblem(Kind.NOT_FOUND, path + " doesn't exist");
    }
}
