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
 * process that shares the root, below one for its installation, so that none touches what another has in flight.
 */
final class Staging {

    private static final String NAME = ".staging";
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path ours;
    private final String owner;

    private Staging(Path ours, String owner) {
        this.ours = ours;
        this.owner = owner;
    }

    static Staging open(Path root, String installation, String owner) throws IOException {
        Path all = root.resolve(NAME);
        make(all);
        Staging opened = new Staging(all.resolve(installation), owner);
        make(opened.ours);
        opened.folder();
        return opened;
    }

    /** This process' own folder; made anew if another process took this one for dead. */
    Path folder() throws IOException {
        Path folder = ours.resolve(owner);
        make(folder);
        return folder;
    }

    /** A folder that no sandbox can enter; no error if it is there. */
    static void make(Path folder) throws IOException {
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

    /** Deletes what is of this installation, and neither this process' own nor one of these others'. */
    void sweep(Supplier<? extends Collection<String>> owners) throws IOException {
        try (OpenFolder folder = OpenFolder.of(ours)) {
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
        Trash.unlock(ours.resolve(name));
        try {
            new Trash(folder(), true).take(from, name);
        } catch (NoSuchFileException e) {
            return; // another process sweeps, too, and was faster
        }
    }
}
