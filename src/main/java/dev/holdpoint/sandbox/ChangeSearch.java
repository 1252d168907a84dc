package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.Changes.Change;
import dev.holdpoint.sandbox.Changes.Kind;
import dev.holdpoint.sandbox.Changes.NoDiff;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of a workspace with its baseline: first all files are looked at, then those that may have changed are
 * looked into, one after the other.
 */
final class ChangeSearch extends BoundedWalk {

    /** A turn may make many files; so many more than were kept are looked at. */
    private static final int GROWTH = 10;

    private final WorkspaceFiles files;
    private final Baseline before;
    private final ChangeLimits limits;
    private final Changes.Differ differ;
    /** As the baseline has them, so that what the walk made is not held. */
    private final Set<String> missing;

    private final NavigableSet<String> candidates = new TreeSet<>();
    /** A sandbox can make any number of files with the longest of names: no more are held than are shown. */
    private final Firsts added;

    private final DiffBudget budget;

    ChangeSearch(WorkspaceFiles files, Baseline before, ChangeLimits limits, Changes.Differ differ) {
        super(limits.entries() * GROWTH);
        this.files = files;
        this.before = before;
        this.limits = limits;
        this.differ = differ;
        this.missing = new HashSet<>(before.paths());
        this.added = new Firsts(limits.shown());
        this.budget = new DiffBudget(limits.diffChars());
    }

    Changes run(TreeWalk.Start start) throws IOException {
        walk(start);
        if (isComplete()) {
            candidates.addAll(missing);
        }
        candidates.addAll(added.names());
        List<Change> changes = new ArrayList<>();
        for (String path : candidates) {
            Change change = change(path);
            if (change != null && changes.size() == limits.shown()) {
                return new Changes(changes, true);
            }
            if (change != null) {
                changes.add(change);
            }
        }
        return new Changes(changes, !isComplete() || !added.isComplete() || !before.isComplete());
    }

    @Override
    void visit(OpenFolder folder, Path name, String path) throws IOException {
        if (!before.has(path)) {
            // Of a baseline that isn't complete nobody can tell what is new.
            if (before.isComplete()) {
                added.add(path);
            }
            return;
        }
        missing.remove(path);
        try (Pin found = folder.pin(name)) {
            if (!before.isUntouched(path, found.stamp())) {
                candidates.add(path);
            }
        } catch (NoSuchFileException e) {
            candidates.add(path);
        }
    }

    private @Nullable Change change(String path) throws IOException {
        Content old = before.content(path);
        Content now = content(SandboxPath.parse(path));
        if (old == null) {
            return now == null ? null : change(path, Kind.ADDED, now, now);
        }
        if (now == null) {
            return change(path, Kind.DELETED, old, old);
        }
        return now.isSame(old) ? null : change(path, Kind.MODIFIED, old, now);
    }

    private @Nullable Content content(SandboxPath path) throws IOException {
        Path name = Path.of(path.name());
        try (OpenFolder folder = files.open(path.parent());
                Pin found = folder.pin(name)) {
            return Content.of(folder, name, found, limits.fileBytes());
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileProblem e) {
            // Its folder is gone, or it is another thing than a folder now.
            return null;
        }
    }

    private Change change(String path, Kind kind, Content old, Content now) {
        if (old.type() == Content.Type.BINARY || now.type() == Content.Type.BINARY) {
            return new Change(path, kind, null, NoDiff.BINARY);
        }
        if (old.type() == Content.Type.TOO_LARGE || now.type() == Content.Type.TOO_LARGE) {
            return new Change(path, kind, null, NoDiff.TOO_LARGE);
        }
        String first = kind == Kind.ADDED ? "" : old.lines();
        String second = kind == Kind.DELETED ? "" : now.lines();
        if (!budget.begin(first, second)) {
            return new Change(path, kind, null, NoDiff.TOO_LARGE);
        }
        String diff = differ.diff(path, first, second);
        return budget.take(diff) ? new Change(path, kind, diff, null) : new Change(path, kind, null, NoDiff.TOO_LARGE);
    }
}
