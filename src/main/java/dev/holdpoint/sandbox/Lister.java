package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxFiles.Listing;
import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** One listing: bounded in entries, in names read from one folder, and in open files however deep the folders go. */
final class Lister {

    private static final int MAX_NAMES_IN_FOLDER = 100_000;

    private final WorkspaceFiles files;
    private final boolean recursive;
    private final int limit;
    private final List<FileEntry> entries = new ArrayList<>();
    /** Folders to read and entries to report, the next one first. */
    private final Deque<SandboxPath> next = new ArrayDeque<>();

    private boolean truncated;

    Lister(WorkspaceFiles files, boolean recursive, int limit) {
        this.files = files;
        this.recursive = recursive;
        this.limit = limit;
    }

    Listing list(SandboxPath start) throws IOException {
        if (start.root() == Root.TOP) {
            listTop();
        } else {
            listRoot(start);
        }
        entries.sort(Comparator.comparing(FileEntry::path));
        return new Listing(entries, truncated);
    }

    private void listTop() throws IOException {
        for (Root root : List.of(Root.SHARED, Root.WORKSPACE)) {
            SandboxPath path = new SandboxPath(root, List.of());
            add(files.stat(path.toString()));
            if (recursive && !truncated) {
                listRoot(path);
            }
        }
    }

    private void listRoot(SandboxPath start) throws IOException {
        if (start.root() == Root.SHARED && start.isRoot() && !files.hasShared()) {
            return;
        }
        read(start);
        while (!next.isEmpty() && !truncated) {
            SandboxPath folder = next.pop();
            try {
                read(folder);
            } catch (FileProblem gone) {
                // It changed since its parent was read, or its mode keeps its owner out.
            }
        }
    }

    private void read(SandboxPath folder) throws IOException {
        List<SandboxPath> below = new ArrayList<>();
        try (OpenFolder open = files.open(folder)) {
            for (Path name : sorted(open)) {
                PosixFileAttributes found = open.look(name);
                if (found == null) {
                    continue;
                }
                SandboxPath path = folder.child(name.toString());
                if (!add(WorkspaceFiles.entry(path, found))) {
                    return;
                }
                if (recursive && found.isDirectory()) {
                    below.add(path);
                }
            }
        } catch (AccessDeniedException e) {
            throw Problems.of(e, folder);
        }
        below.reversed().forEach(next::push);
    }

    private List<Path> sorted(OpenFolder folder) throws IOException {
        List<Path> names = new ArrayList<>();
        Iterator<Path> all = folder.names();
        while (all.hasNext()) {
            if (names.size() == MAX_NAMES_IN_FOLDER) {
                truncated = true;
                break;
            }
            names.add(all.next());
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** @return false if there is no room for more */
    private boolean add(FileEntry entry) {
        if (entries.size() == limit) {
            truncated = true;
            return false;
        }
        entries.add(entry);
        return true;
    }
}
