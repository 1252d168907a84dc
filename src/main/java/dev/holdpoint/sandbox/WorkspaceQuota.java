package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What one workspace may take, and what it takes as far as is known: as it was measured last, with what was written from
 * the host's side since.
 */
final class WorkspaceQuota {

    private static final System.Logger LOG = System.getLogger(WorkspaceQuota.class.getName());

    /** Measuring takes at most one part in so many of the time. */
    static final int REST = 10;

    private static final long DISK_BLOCK = 4096;

    private final Path folder;
    private final Limits limits;
    private Usage known = Usage.NONE;
    private boolean measured;
    private boolean deleted;
    private long cost;
    private long measuredAt;

    /** @param folder a path that no sandbox can change */
    WorkspaceQuota(Path folder, Limits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /**
     * Measures.
     *
     * @param whole whether it matters by how much the limits are passed
     * @return by which share of the limits the workspace is beyond them; empty if that can't be told
     */
    Optional<Double> beyond(boolean whole) {
        Usage before = known();
        long began = System.nanoTime();
        try {
            Usage found = UsageCount.of(folder, usage -> !whole && usage.beyond(limits) > 0);
            took(found, before, System.nanoTime() - began);
            return Optional.of(found.beyond(limits));
        } catch (IOException e) {
            // The folder may just have been removed; that find is missing was said at the start.
            LOG.log(System.Logger.Level.DEBUG, "can't measure a workspace", e);
            return Optional.empty();
        }
    }

    private synchronized Usage known() {
        deleted = false;
        return known;
    }

    /** What was written while it was measured may be missing in it. */
    private synchronized void took(Usage found, Usage before, long nanos) {
        known = found.plus(known.minus(before));
        measured = true;
        cost = nanos;
        measuredAt = System.nanoTime();
    }

    /** Nanoseconds that the last measuring took. */
    synchronized long cost() {
        return cost;
    }

    /** Something was deleted from the host's side: what is known is too much. */
    synchronized void deleted() {
        deleted = true;
    }

    /**
     * Counts a new file, and measures only if there may be no room for it.
     *
     * @throws FileProblem if there is none
     */
    void add(SandboxPath path, long size) throws FileProblem {
        Usage file = new Usage((size + DISK_BLOCK - 1) / DISK_BLOCK * DISK_BLOCK, 1);
        if (measured() && take(file)) {
            return;
        }
        if (isWorthMeasuring()) {
            var _ = beyond(true);
        }
        if (!take(file)) {
            throw new FileProblem(Kind.TOO_LARGE, path + " finds no room: " + says());
        }
    }

    private synchronized boolean measured() {
        return measured;
    }

    private synchronized boolean take(Usage file) {
        Usage more = known.plus(file);
        boolean fits = more.beyond(limits) == 0;
        if (fits) {
            known = more;
        }
        return fits;
    }

    private synchronized boolean isWorthMeasuring() {
        return !measured || deleted || System.nanoTime() - measuredAt > REST * cost;
    }

    /** For whoever can mend it. */
    String says() {
        return "the workspace may hold " + size(limits.workspaceBytes()) + " (HOLDPOINT_SANDBOX_DISK) and "
                + limits.workspaceFiles()
                + " files and folders (HOLDPOINT_SANDBOX_FILES). Delete what is no longer needed";
    }

    private static String size(long bytes) {
        return bytes >= 1 << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30))
                : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
