package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.UUID;

/**
 * Deletes trees by flattening: a folder is moved here, and so is each folder found in it, so that depth costs neither
 * stack nor open files and no path is ever walked.
 */
final class Trash {

    private static final int ATTEMPTS = 20;

    private final Path place;
    private final boolean quiet;

    /**
     * @param place a folder that no sandbox can see, on the same file system
     * @param quiet whether no process of a sandbox is left that could change what is deleted; only then are modes
     *     changed that keep an owner other than root from deleting
     */
    Trash(Path place, boolean quiet) {
        this.place = place;
        this.quiet = quiet;
    }

    /** Takes an entry out of its folder in one step, then deletes it with all that is in it. */
    void take(OpenFolder parent, String name) throws IOException {
        empty(move(parent, name));
    }

    /** @return the name that it has here now */
    String move(OpenFolder parent, String name) throws IOException {
        String here = UUID.randomUUID().toString();
        try (OpenFolder trash = OpenFolder.of(place)) {
            parent.moveTo(name, trash, here);
        }
        return here;
    }

    /** Deletes something that lies here already. */
    void empty(String name) throws IOException {
        Deque<String> left = new ArrayDeque<>();
        left.push(name);
        try (OpenFolder trash = OpenFolder.of(place)) {
            for (int attempt = 0; !left.isEmpty(); ) {
                String next = left.peek();
                flatten(trash, next, left);
                if (delete(trash, next)) {
                    left.remove(next);
                } else if (++attempt > ATTEMPTS) {
                    // A process still writes into it; it is out of sight, and goes when this process has ended.
                    return;
                }
            }
        }
    }

    private void flatten(OpenFolder trash, String name, Deque<String> left) throws IOException {
        PosixFileAttributes found = trash.look(name);
        if (found == null || !found.isDirectory()) {
            return;
        }
        unlock(place.resolve(name));
        try (OpenFolder folder = OpenFolder.of(place.resolve(name))) {
            Iterator<Path> names = folder.names();
            while (names.hasNext()) {
                Path child = names.next();
                PosixFileAttributes what = folder.look(child);
                try {
                    if (what != null && what.isDirectory()) {
                        if (quiet) {
                            unlock(place.resolve(name).resolve(child));
                        }
                        String here = UUID.randomUUID().toString();
                        folder.moveTo(child, trash, here);
                        left.addLast(here);
                    } else if (what != null) {
                        folder.delete(child);
                    }
                } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                    // A process that has the folder open was faster; the next attempt finds what it left.
                }
            }
        }
    }

    /** Lets the owner into a folder; only for one that no sandbox can swap for a link any more. */
    static void unlock(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && !(Files.isWritable(folder) && Files.isExecutable(folder) && Files.isReadable(folder))) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static boolean delete(OpenFolder trash, String name) throws IOException {
        try {
            trash.delete(Path.of(name));
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (NoSuchFileException e) {
            return true;
        }
    }
}
