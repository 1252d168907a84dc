package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxFiles.Archive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.zip.GZIPOutputStream;

/** A folder as a tar.gz file. */
final class FolderArchive implements Archive {

    private static final int CHUNK = 64 * 1024;

    private final SandboxPath folder;
    private final TreeWalk.Start start;
    private final long maxBytes;

    FolderArchive(SandboxPath folder, TreeWalk.Start start, long maxBytes) {
        this.folder = folder;
        this.start = start;
        this.maxBytes = maxBytes;
    }

    /** Looks through it all, so that what is wrong is said before anything is sent. */
    void check() throws IOException {
        try (TreeWalk walk = new TreeWalk(folder, start, new Sizes())) {
            run(walk);
        }
    }

    private static void run(TreeWalk walk) throws IOException {
        try {
            walk.run();
        } catch (FileProblem e) {
            throw e;
        } catch (IOException e) {
            throw Problems.of(e, walk.at());
        }
    }

    @Override
    public String name() {
        return folder.isRoot() ? folder.root().prefix.substring(1) : folder.name();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        Packer packed = new Packer(out);
        TarWriter tar = new TarWriter(packed, folder, maxBytes);
        try (TreeWalk walk = new TreeWalk(folder, start, tar)) {
            tar.begin(name());
            walk.run();
            tar.finish();
            packed.finish();
        } finally {
            packed.release();
        }
    }

    /** Closing one would end the file well even when the archive is broken off. */
    private static final class Packer extends GZIPOutputStream {
        Packer(OutputStream out) throws IOException {
            super(out, CHUNK);
        }

        void release() {
            def.end();
        }
    }

    static FileProblem tooLarge(SandboxPath folder, long maxBytes) {
        return new FileProblem(
                Kind.TOO_LARGE,
                "The files in " + folder + " have more than " + maxBytes
                        + " bytes together (HOLDPOINT_MAX_ARCHIVE_BYTES): download a folder of it.");
    }

    /** Adds up what files say of themselves; holes count. */
    private final class Sizes implements TreeWalk.Visitor {
        private long bytes;

        @Override
        public void enter(Path name, PosixFileAttributes found) {}

        @Override
        public void entry(OpenFolder in, Path name, PosixFileAttributes found) throws FileProblem {
            if (found.isRegularFile()) {
                if (found.size() > maxBytes - bytes) {
                    throw tooLarge(folder, maxBytes);
                }
                bytes += found.size();
            }
        }

        @Override
        public void leave() {}
    }
}
