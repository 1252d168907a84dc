package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The workspace folders of all threads. Beside them lies a staging folder that no sandbox can see: what is made there
 * is moved into a workspace when it is complete, what is deleted is moved there first.
 */
public final class Workspaces {

    private static final String STAGING = ".staging";
    private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path root;
    private final @Nullable Path shared;
    private final SandboxUser user;

    private Workspaces(Path root, @Nullable Path shared, SandboxUser user) {
        this.root = root;
        this.shared = shared;
        this.user = user;
    }

    /**
     * Makes the root if it is missing, and tidies up what an earlier process left in the staging folder.
     *
     * @throws IOException if the root can't be made or written to
     */
    public static Workspaces open(SandboxSettings settings) throws IOException {
        Path root = settings.workspaceRoot();
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PASSABLE);
        }
        Workspaces opened = new Workspaces(root.toRealPath(), settings.sharedDir(), SandboxUser.of(settings.uid()));
        opened.openStaging();
        return opened;
    }

    private void openStaging() throws IOException {
        Path staging = root.resolve(STAGING);
        if (!Files.isDirectory(staging, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(staging, PosixFilePermissions.asFileAttribute(PRIVATE));
        }
        try (OpenFolder folder = OpenFolder.of(staging)) {
            var names = folder.names();
            while (names.hasNext()) {
                new Trash(staging, true).empty(names.next().toString());
            }
        }
    }

    public SandboxUser user() {
        return user;
    }

    /** The thread's folder on this host; made, and given to the sandbox's user, if it is missing. */
    public Path prepare(ThreadId thread) {
        Path folder = root.resolve(thread.value());
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                publish(folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("can't make a workspace", e);
        }
    }

    /** Two callers may do this at once: the later one replaces an empty folder by an empty folder. */
    private void publish(Path folder) throws IOException {
        Path fresh = staging().resolve(UUID.randomUUID().toString());
        Files.createDirectory(fresh);
        user.own(fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-x---"));
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
        return new WorkspaceFiles(this, thread);
    }

    /** Removes a thread's folder with all that is in it; its sandbox has ended. No error if there is none. */
    public void remove(ThreadId thread) {
        try (OpenFolder parent = OpenFolder.of(root)) {
            if (parent.look(thread.value()) != null) {
                Trash.unlock(root.resolve(thread.value()));
                new Trash(staging(), true).take(parent, thread.value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove a workspace", e);
        }
    }

    Path staging() {
        return root.resolve(STAGING);
    }

    Path root() {
        return root;
    }
}
