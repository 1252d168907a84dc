package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One walk through a tree that commands may be changing. Depth costs neither stack nor open files: what changed under
 * way is seen as it was or as it is, or left out.
 */
final class TreeWalk implements AutoCloseable {

    /** Folders that are held open; those further up are opened again when they are needed. */
    private static final int MAX_OPEN = 32;

    /** Opens the folder where the walk begins, each time anew. */
    interface Start {
        OpenFolder open() throws IOException;
    }

    /** What is done on the way. The folder where the walk begins is neither entered nor left. */
    interface Visitor {

        /** A folder that is kept in mind, to be entered once the one that it is in was read to its end. */
        default void folderAhead() throws IOException {}

        /** A folder, before what is in it. */
        void enter(Path name, PosixFileAttributes found) throws IOException;

        /** Anything but a folder, before the folders beside it. */
        void entry(OpenFolder folder, Path name, PosixFileAttributes found) throws IOException;

        /** The folder that was entered last, or the first one, keeps its owner out: the rest of it isn't seen. */
        default void closed(AccessDeniedException e) throws AccessDeniedException {
            throw e;
        }

        /** The folder that was entered last and not left is done with. */
        void leave() throws IOException;
    }

    /** A folder under way. */
    private static final class Level {
        final Path name;
        final Deque<Path> left = new ArrayDeque<>();

        @Nullable
        OpenFolder folder;

        Level(Path name, OpenFolder folder) {
            this.name = name;
            this.folder = folder;
        }
    }

    private final SandboxPath path;
    private final Start start;
    private final Visitor visitor;
    /** From the folder that is being read up to the first. */
    private final Deque<Level> levels = new ArrayDeque<>();

    private @Nullable Path doing;

    /** @param path where it begins, for messages */
    TreeWalk(SandboxPath path, Start start, Visitor visitor) {
        this.path = path;
        this.start = start;
        this.visitor = visitor;
    }

    /** Goes all the way, once. */
    void run() throws IOException {
        begin(Path.of(""), start.open());
        while (true) {
            Level level = levels.getFirst();
            Path next = level.left.poll();
            if (next != null) {
                enter(level, next);
            } else if (levels.size() > 1) {
                doing = null;
                close(levels.pop());
                visitor.leave();
            } else {
                return;
            }
        }
    }

    private void begin(Path name, OpenFolder folder) throws IOException {
        Level level = new Level(name, folder);
        levels.push(level);
        closeTheHighest();
        if (levels.size() > 1) {
            visitor.enter(name, folder.look());
        }
        try {
            read(level, folder);
        } catch (AccessDeniedException e) {
            visitor.closed(e);
        }
    }

    private void read(Level level, OpenFolder folder) throws IOException {
        Iterator<Path> names = folder.names();
        while (names.hasNext()) {
            Path entry = names.next();
            doing = entry;
            PosixFileAttributes found = folder.look(entry);
            if (found != null && found.isDirectory()) {
                visitor.folderAhead();
                level.left.add(entry);
            } else if (found != null) {
                visitor.entry(folder, entry, found);
            }
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

    private void enter(Level parent, Path name) throws IOException {
        doing = name;
        OpenFolder next = open(parent, name);
        if (next != null) {
            begin(name, next);
        }
    }

    private @Nullable OpenFolder open(Level parent, Path name) throws IOException {
        try {
            OpenFolder folder = parent.folder == null ? reopen() : parent.folder;
            parent.folder = folder;
            return folder.enter(name);
        } catch (IOException e) {
            if (Problems.isOther(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Goes down to the current folder again; what stands at its path now is as good as what stood there. */
    private OpenFolder reopen() throws IOException {
        OpenFolder folder = start.open();
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

    private static void close(Level level) throws IOException {
        OpenFolder folder = level.folder;
        level.folder = null;
        if (folder != null) {
            folder.close();
        }
    }

    /** Where it is. */
    SandboxPath at() {
        List<String> names = new ArrayList<>(path.names());
        levels.reversed().stream().skip(1).forEach(level -> names.add(level.name.toString()));
        if (doing != null) {
            names.add(doing.toString());
        }
        return new SandboxPath(path.root(), names);
    }

    @Override
    public void close() throws IOException {
        for (Level level : levels) {
            close(level);
        }
    }
}
