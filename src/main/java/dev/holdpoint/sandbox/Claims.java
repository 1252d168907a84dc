package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Puts another folder in the place of a thread's own, with all that is in it: one that a blank sandbox has open already.
 * What is moved is never lost, since every step is a rename: the new folder first gets the thread's name among the
 * claims, then what the old one holds, then its place. Whoever finds a claim completes it, in whatever process.
 */
final class Claims {

    private static final String NAME = ".claims";
    /** More are only left by somebody who writes all the time. */
    private static final int ATTEMPTS = 100;

    private final Path root;
    private final Path claims;
    private final Baselines baselines;

    private Claims(Path root, Path claims, Baselines baselines) {
        this.root = root;
        this.claims = claims;
        this.baselines = baselines;
    }

    /** @param baselines are told what was moved */
    static Claims open(Path root, String installation, Baselines baselines) throws IOException {
        Path all = root.resolve(NAME);
        Staging.make(all);
        Path claims = all.resolve(installation);
        Staging.make(claims);
        return new Claims(root, claims, baselines);
    }

    /** @param blank an empty folder on the same file system */
    void claim(ThreadId thread, Path blank) throws IOException {
        Files.move(blank, claims.resolve(thread.value()), StandardCopyOption.ATOMIC_MOVE);
        complete(thread);
    }

    /** Completes what was begun; nothing if there is no claim. */
    void complete(ThreadId thread) throws IOException {
        Path claim = claims.resolve(thread.value());
        if (!Files.isDirectory(claim, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (int attempt = 1; ; attempt++) {
            Map<String, Moved> moved = new HashMap<>();
            moveEntries(thread.value(), moved);
            baselines.moved(thread, moved);
            try {
                // Replaces an empty folder, and no other.
                Files.move(claim, root.resolve(thread.value()), StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (NoSuchFileException e) {
                return; // another process was faster
            } catch (FileSystemException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void moveEntries(String thread, Map<String, Moved> moved) throws IOException {
        try (OpenFolder top = OpenFolder.of(root);
                OpenFolder all = OpenFolder.of(claims);
                OpenFolder from = top.enter(Path.of(thread));
                OpenFolder to = all.enter(Path.of(thread))) {
            List<Path> names = new ArrayList<>();
            from.names().forEachRemaining(names::add);
            for (Path name : names) {
                moveEntry(from, name, to, moved);
            }
        } catch (NoSuchFileException e) {
            return; // it is completed, or the thread is gone
        }
    }

    private void moveEntry(OpenFolder from, Path name, OpenFolder to, Map<String, Moved> moved) throws IOException {
        try (Pin pin = from.pin(name)) {
            FileStamp before = pin.stamp();
            moveEntry(from, name, to);
            // Nobody keeps more of a workspace.
            if (moved.size() < baselines.limits().entries()) {
                moved.put(SandboxPath.Root.WORKSPACE.prefix + "/" + name, new Moved(before, pin.stamp()));
            }
        } catch (NoSuchFileException e) {
            return; // another process moves, too
        }
    }

    private static void moveEntry(OpenFolder from, Path name, OpenFolder to) throws IOException {
        try {
            from.moveTo(name, to, name);
        } catch (DirectoryNotEmptyException e) {
            setAside(to, name);
            from.moveTo(name, to, name);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            if (to.look(name) == null) {
                throw e;
            }
            setAside(to, name);
            from.moveTo(name, to, name);
        }
    }

    /** Something was made under a name that had been moved already, in a claim that a crash cut short. */
    private static void setAside(OpenFolder in, Path name) throws IOException {
        String suffix = ".before-" + UUID.randomUUID().toString().substring(0, 8);
        in.moveTo(name, in, Path.of(name + suffix));
    }
}
