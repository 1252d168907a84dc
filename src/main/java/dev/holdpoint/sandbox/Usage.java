package dev.holdpoint.sandbox;

/**
 * What a workspace takes.
 *
 * @param bytes on the disk: blocks that are allocated, not sizes; a file with several names counts once
 * @param files names of files, folders, links and all else, without the workspace itself
 */
record Usage(long bytes, long files) {

    static final Usage NONE = new Usage(0, 0);

    Usage plus(Usage more) {
        return new Usage(bytes + more.bytes, files + more.files);
    }

    Usage minus(Usage less) {
        return new Usage(bytes - less.bytes, files - less.files);
    }

    /** By which share of the limits this is beyond them; 0 within. */
    double beyond(SandboxSettings.Limits limits) {
        return over(bytes, limits.workspaceBytes()) + over(files, limits.workspaceFiles());
    }

    private static double over(long used, long most) {
        return used <= most ? 0 : (double) (used - most) / most;
    }
}
