package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.SandboxPath.Root;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Goes through the files and links of a workspace, up to a bound. What can't be named, or lies in a folder that keeps
 * its owner out, is left out.
 */
abstract class BoundedWalk implements TreeWalk.Visitor {

    /** Below a folder that can't be named, nothing can. */
    private static final String NAMELESS = "";

    private static final class Enough extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final int most;
    private final Deque<String> folders = new ArrayDeque<>();
    private int entries;
    private boolean complete = true;

    /** @param most files, folders, links and whatever else */
    BoundedWalk(int most) {
        this.most = most;
    }

    final void walk(TreeWalk.Start start) throws IOException {
        folders.push(Root.WORKSPACE.prefix);
        try (TreeWalk walk = new TreeWalk(new SandboxPath(Root.WORKSPACE, List.of()), start, this)) {
            walk.run();
        } catch (Enough e) {
            complete = false;
        }
    }

    /** Whether nothing was left out. */
    final boolean isComplete() {
        return complete;
    }

    @Override
    public final void folderAhead() throws IOException {
        count();
    }

    @Override
    public final void enter(Path name, PosixFileAttributes found) {
        folders.push(path(name));
    }

    @Override
    public final void leave() {
        folders.pop();
    }

    @Override
    public final void closed(AccessDeniedException e) {
        complete = false;
    }

    @Override
    public final void entry(OpenFolder folder, Path name, PosixFileAttributes found) throws IOException {
        count();
        if (found.isRegularFile() || found.isSymbolicLink()) {
            String path = path(name);
            if (!path.equals(NAMELESS)) {
                visit(folder, name, path);
            }
        }
    }

    /** What was a regular file or a link a moment ago. */
    abstract void visit(OpenFolder folder, Path name, String path) throws IOException;

    private void count() throws Enough {
        if (++entries > most) {
            throw new Enough();
        }
    }

    private String path(Path name) {
        String folder = folders.element();
        String path = folder + "/" + name;
        boolean named = !folder.equals(NAMELESS)
                && Path.of(name.toString()).equals(name)
                && path.getBytes(StandardCharsets.UTF_8).length <= SandboxPath.MAX_BYTES;
        complete &= named;
        return named ? path : NAMELESS;
    }
}
