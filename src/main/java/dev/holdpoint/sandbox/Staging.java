package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where files are made and unmade, out of every sandbox's sight and on the workspaces' file system: one folder for each
 * process that shares the root, so that none touches what another has in flight.
 */
final class Staging {

    private static final String NAME = ".staging";
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path all;
    private final String owner;

    private Staging(Path all, String owner) {
        this.all = all;
        this.owner = owner;
    }

    static Staging open(Path root, String owner) throws IOException {
        Staging opened = new Staging(root.resolve(NAME), owner);
        make(opened.all);
        opened.folder();
        return opened;
    }

    /** This process' own folder; made anew if another process took this one for dead. */
    Path folder() throws IOException {
        Path folder = all.resolve(owner);
        make(folder);
        return folder;
    }

    private static void make(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    /** Deletes what is neither this process' own nor one of these others'. */
    void sweep(Supplier<? extends Collection<String>> owners) throws IOException {
        try (OpenFolder folder = OpenFolder.of(all)) {
            List<String> names = new ArrayList<>();
            folder.names().forEachRemaining(name -> names.add(name.toString()));
            names.remove(owner);
            names.removeAll(owners.get());
            for (String name : names) {
                delete(folder, name);
            }
        }
    }

    private void delete(OpenFolder from, String name) throws IOException {
        Trash.unlock(all.resolve(name));
        try {
            new Trash(folder(), true).take(from, name);
        } catch (NoSuchFileException e) {
            return; // another process sweeps, too, and was faster
        }
    }
}
