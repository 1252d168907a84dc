package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The workspace folders of all threads. Beside them lies a staging folder that no sandbox can see: what is made there
 * is moved into a workspace when it is complete, what is deleted is moved there first. {@link Made} says whose each is.
 */
public final class Workspaces {

    private static final System.Logger LOG = System.getLogger(Workspaces.class.getName());
    private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");
    static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rwxr-x---");

    private final Path root;
    private final @Nullable Path shared;
    private final SandboxUser user;
    private final Staging staging;
    private final Made made;
    private final Claims claims;
    private final Baselines baselines;
    private final long maxCopyBytes;
    private final SandboxSettings.Limits limits;
    private final Map<ThreadId, WorkspaceQuota> quotas = new ConcurrentHashMap<>();
    private final ThreadLocks writers = new ThreadLocks();
    private final ChangeThreads comparing = new ChangeThreads();

    private Workspaces(
            Path root,
            @Nullable Path shared,
            SandboxUser user,
            Staging staging,
            Made made,
            Claims claims,
            Baselines baselines,
            long maxCopyBytes,
            SandboxSettings.Limits limits) {
        this.root = root;
        this.shared = shared;
        this.user = user;
        this.staging = staging;
        this.made = made;
        this.claims = claims;
        this.baselines = baselines;
        this.maxCopyBytes = maxCopyBytes;
        this.limits = limits;
    }

    /**
     * Makes the root if it is missing.
     *
     * @throws IOException if the root can't be made or written to
     */
    public static Workspaces open(SandboxSettings settings) throws IOException {
        Path root = settings.workspaceRoot();
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PASSABLE);
        }
        Path real = root.toRealPath();
        Staging staging = Staging.open(real, settings.installation(), settings.owner());
        Made made = Made.open(real, settings.installation());
        Baselines baselines = Baselines.open(real, settings.installation(), settings.changes());
        Claims claims = Claims.open(real, settings.installation(), baselines);
        SandboxUser user = SandboxUser.of(settings.uid());
        return new Workspaces(
                real,
                settings.sharedDir(),
                user,
                staging,
                made,
                claims,
                baselines,
                settings.maxCopyBytes(),
                settings.limits());
    }

    public SandboxUser user() {
        return user;
    }

    /** The thread's folder on this host; made, and given to the sandbox's user, if it is missing. */
    public Path prepare(ThreadId thread) {
        Path folder = path(thread);
        try {
            if (!made.has(thread)) {
                made.add(thread);
            }
            claims.complete(thread);
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                publish(folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("can't make a workspace", e);
        }
    }

    /** The thread's folder on this host, which isn't made here: a thread that was deleted stays so. */
    public Path folder(ThreadId thread) throws SandboxUnavailable {
        Path folder = path(thread);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new SandboxUnavailable("this thread's workspace was removed");
        }
        return folder;
    }

    private Path path(ThreadId thread) {
        return root.resolve(thread.value());
    }

    /** An empty folder of this process, on which a sandbox can be made ready before it is any thread's. */
    public Path blank() throws IOException {
        Path fresh = staging().resolve(UUID.randomUUID().toString());
        Files.createDirectory(fresh);
        user.own(fresh);
        Files.setPosixFilePermissions(fresh, MODE);
        return fresh;
    }

    /**
     * Makes a blank folder the thread's own, with all that the thread has.
     *
     * @return whether it is; if not, the thread was deleted and the folder with it
     */
    public boolean claim(ThreadId thread, Path blank) throws IOException {
        if (!exists(thread)) {
            return false;
        }
        Lock writing = writers.of(thread);
        writing.lock();
        try {
            claims.claim(thread, blank);
        } finally {
            writing.unlock();
        }
        if (made.has(thread)) {
            return true;
        }
        remove(thread, () -> {});
        return false;
    }

    /** Two callers may do this at once: the later one replaces an empty folder by an empty folder. */
    private void publish(Path folder) throws IOException {
        Path fresh = blank();
        try (OpenFolder from = OpenFolder.of(staging());
                OpenFolder to = OpenFolder.of(root)) {
            from.moveTo(fresh.getFileName().toString(), to, folder.getFileName().toString());
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    /** What threads can read as {@code /shared}, if there is such a folder now. */
    public Optional<Path> shared() {
        return Optional.ofNullable(shared).filter(Files::isDirectory);
    }

    public SandboxFiles files(ThreadId thread) {
        return new WorkspaceFiles(this, thread, writers.of(thread));
    }

    /** The thread's folder, for whoever works below it; it is opened nowhere else. */
    OpenFolder open(ThreadId thread) throws IOException {
        try (OpenFolder all = OpenFolder.of(root)) {
            return all.folder(thread.value(), new SandboxPath(SandboxPath.Root.WORKSPACE, List.of()));
        }
    }

    /**
     * Removes a thread's folder with all that is in it. No error if there is none.
     *
     * @param end ends the thread's sandbox. The folder is out of reach by then, so none is started on it any more
     */
    public void remove(ThreadId thread, Runnable end) {
        try {
            claims.complete(thread);
            Trash trash = new Trash(staging(), true);
            Optional<String> moved;
            try {
                moved = takeAway(thread, trash);
            } finally {
                end.run();
            }
            // Only now: what a process that dies before this leaves behind is found again.
            forget(thread);
            if (moved.isPresent()) {
                trash.empty(moved.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove a workspace", e);
        }
    }

    private Optional<String> takeAway(ThreadId thread, Trash trash) throws IOException {
        try (OpenFolder parent = OpenFolder.of(root)) {
            Trash.unlock(path(thread));
            return Optional.of(trash.move(parent, thread.value()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Unless it was made anew meanwhile. */
    private void forget(ThreadId thread) throws IOException {
        quotas.remove(thread);
        baselines.forget(thread);
        if (!Files.exists(path(thread), LinkOption.NOFOLLOW_LINKS)) {
            made.forget(thread);
            // Once more: what was kept just now saw that the thread was there.
            baselines.forget(thread);
        }
    }

    /** As {@link SandboxFiles#keep}. */
    void keep(ThreadId thread, String turn, Runnable check) throws IOException {
        baselines.keep(thread, turn, staging(), () -> open(thread), check);
        if (!made.has(thread)) {
            baselines.forget(thread);
        }
    }

    Baselines baselines() {
        return baselines;
    }

    ChangeThreads comparing() {
        return comparing;
    }

    /** As {@link Sandboxes#exists}. */
    public boolean exists(ThreadId thread) {
        return made.has(thread) && Files.isDirectory(path(thread), LinkOption.NOFOLLOW_LINKS);
    }

    /** As {@link Sandboxes#olderThan}. */
    public List<ThreadId> olderThan(Duration age) {
        try {
            return made.olderThan(age);
        } catch (IOException e) {
            throw new UncheckedIOException("can't list the workspaces", e);
        }
    }

    /** Removes what processes of this installation, other than this one and these, left in their staging folders. */
    public void sweep(Supplier<? extends Collection<String>> owners) {
        try {
            staging.sweep(owners);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "could not remove left-over files; the next sweep tries again", e);
        }
    }

    /** As {@link Sandboxes#copy}. */
    public void copy(ThreadId from, ThreadId to) throws IOException {
        try (WorkspaceCopy copy = new WorkspaceCopy(this, from, maxCopyBytes)) {
            Path complete = copy.make();
            user.own(complete);
            Files.setPosixFilePermissions(complete, MODE);
            made.add(to);
            // Replaces an empty folder, and no other.
            Files.move(complete, path(to), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What the thread's files may take. */
    WorkspaceQuota quota(ThreadId thread) {
        return quotas.computeIfAbsent(thread, id -> new WorkspaceQuota(path(id), limits));
    }

    Path staging() throws IOException {
        return staging.folder();
    }

    Path root() {
        return root;
    }
}
