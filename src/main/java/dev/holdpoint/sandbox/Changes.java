package dev.holdpoint.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a workspace differs from what was kept of it.
 *
 * @param files by path
 * @param truncated whether there may be more than these
 */
public record Changes(List<Change> files, boolean truncated) {

    public Changes {
        files = List.copyOf(files);
    }

    /**
     * A file or a link that is another one now. A link's content is where it leads.
     *
     * @param diff a unified diff; null when there is a reason for none
     */
    public record Change(
            String path,
            Kind kind,
            @Nullable String diff,
            @Nullable NoDiff reason) {}

    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    /** Why there is no diff. */
    public enum NoDiff {
        BINARY,
        TOO_LARGE
    }

    /** Makes a unified diff. */
    public interface Differ {
        String diff(String path, String before, String after);
    }
}
