package dev.holdpoint.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * A thread's files under {@code /workspace} (read and write) and {@code /shared} (read only). Paths are absolute, as
 * the sandbox sees them. Symbolic links are never followed, only regular files are read or written, and a path that a
 * sandbox swaps while we look leads nowhere outside. All methods throw {@link FileProblem} for what the caller can mend
 * and {@link IOException} for a disk that fails.
 */
public interface SandboxFiles {

    /** The entry itself; a symbolic link is described, not followed. */
    FileEntry stat(String path) throws IOException;

    /**
     * The entries of a folder, by path; when recursive, of all folders below as well.
     *
     * @param limit at most so many; {@link Listing#truncated()} tells whether there were more
     */
    Listing list(String path, boolean recursive, int limit) throws IOException;

    /** Opens a regular file; the caller closes the stream. */
    InputStream read(String path) throws IOException;

    /**
     * Creates or replaces a regular file, with its parent folders, in one atomic step: a reader sees the old content or
     * the new, and a failed write leaves the old. The mode of a replaced file is kept.
     *
     * @param maxBytes more than this is {@link FileProblem.Kind#TOO_LARGE}
     * @return true if the file is new
     */
    boolean write(String path, InputStream content, long maxBytes) throws IOException;

    /** Removes a file, a link, or a folder with all that is in it. */
    void delete(String path) throws IOException;

    /** @param type file, dir, symlink or other */
    record FileEntry(String path, Type type, long size, Instant modifiedAt) {
        public enum Type {
            FILE,
            DIR,
            SYMLINK,
            OTHER
        }
    }

    record Listing(List<FileEntry> entries, boolean truncated) {
        public Listing {
            entries = List.copyOf(entries);
        }
    }
}
