package dev.holdpoint.sandbox;

/**
 * What is kept of a workspace to tell what a turn changes in it, and how much is told.
 *
 * @param entries files, folders and links; nothing is kept at all when 0; 10,000 by default
 * @param fileBytes the largest file whose content is compared; 256 KiB by default
 * @param bytes what all contents together may have; 16 MiB by default
 * @param shown files in one answer; 1,000 by default
 * @param diffChars characters of all diffs in one answer; 4 Mi by default
 */
public record ChangeLimits(int entries, int fileBytes, long bytes, int shown, int diffChars) {

    public static final ChangeLimits DEFAULT = new ChangeLimits(10_000, 256 << 10, 16 << 20, 1_000, 4 << 20);

    public ChangeLimits {
        SandboxSettings.require(
                entries >= 0 && fileBytes >= 0 && bytes >= 0 && shown >= 1 && diffChars >= 0,
                "limits of changes are positive");
    }
}
