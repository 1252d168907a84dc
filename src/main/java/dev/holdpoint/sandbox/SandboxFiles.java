package dev.holdpoint.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** Opens a regular file; the caller closes it. */
    SandboxFile read(String path) throws IOException;

    /**
     * Begins a regular file that takes its place in one atomic step when it is complete, with its parent folders: a
     * reader sees the old content or the new, and an upload that isn't completed leaves nothing. The mode of a replaced
     * file is kept.
     *
     * @param expected looked at in the moment of replacement; of two writers through this service that expect the same,
     *     one gets {@link FileProblem.Kind#STALE}. Processes of the sandbox are outside of this order
     */
    Upload upload(String path, Expected expected) throws IOException;

    /**
     * Creates or replaces a regular file, as {@link #upload} does.
     *
     * @param maxBytes more than this is {@link FileProblem.Kind#TOO_LARGE}
     * @return true if the file is new
     */
    default boolean write(String path, InputStream content, long maxBytes) throws IOException {
        try (Upload upload = upload(path, Expected.ANYTHING)) {
            upload.fill(content, maxBytes);
            return upload.complete().created();
        }
    }

    /** Removes a file, a link, or a folder with all that is in it. */
    default void delete(String path) throws IOException {
        delete(path, Expected.ANYTHING);
    }

    /** @param expected as in {@link #upload} */
    void delete(String path, Expected expected) throws IOException;

    /**
     * Looks through a folder that is to be packed.
     *
     * @param maxBytes bound on the sizes of all files together, holes included; more is
     *     {@link FileProblem.Kind#TOO_LARGE}
     */
    Archive archive(String path, long maxBytes) throws IOException;

    /**
     * Keeps what the workspace is now, to tell later what was changed in it; replaces what was kept of an earlier turn.
     * What is kept of this turn already stays as it is.
     *
     * @param turn any text
     * @param check called right before it counts; throws if it must not
     */
    void keep(String turn, Runnable check) throws IOException;

    /**
     * What differs from what was kept; empty if nothing was kept of this turn.
     *
     * @throws Overloaded if too many others ask
     */
    Optional<Changes> changes(String turn, Changes.Differ differ) throws IOException, Overloaded;

    /** A file under way; for one thread at a time. Closing it throws away what isn't complete. */
    interface Upload extends Closeable {

        /** Takes all of these bytes. */
        void write(ByteBuffer bytes) throws IOException;

        /** Puts the file into its place. Nothing can be written any more. */
        Written complete() throws IOException;

        /**
         * Takes the rest of a stream.
         *
         * @param maxBytes more than this is {@link FileProblem.Kind#TOO_LARGE}
         */
        default void fill(InputStream content, long maxBytes) throws IOException {
            byte[] chunk = new byte[CHUNK];
            long total = 0;
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                total += read;
                if (total > maxBytes) {
                    throw new FileProblem(FileProblem.Kind.TOO_LARGE, "A file has at most " + maxBytes + " bytes.");
                }
                write(ByteBuffer.wrap(chunk, 0, read));
            }
        }

        int CHUNK = 64 * 1024;
    }

    /** @param created whether nothing was in its place */
    record Written(boolean created, FileVersion version) {}

    /** A folder that can be packed. */
    interface Archive {

        /** The folder's own name, which all paths in the archive begin with. */
        String name();

        /**
         * Writes a tar.gz file, and leaves the stream open. What commands change meanwhile is in it as it was or as it is,
         * or missing; the archive itself is always sound.
         */
        void writeTo(OutputStream out) throws IOException;
    }

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
