package dev.holdpoint.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes what a walk finds as a tar file. Links are stored, not followed. Pipes, sockets and devices are left out, and
 * what its owner may not read. A file has the size that it had when it was opened: cut if it grew, padded if it shrank.
 */
final class TarWriter implements TreeWalk.Visitor {

    private static final int CHUNK = 64 * 1024;

    private final TarArchiveOutputStream tar;
    private final SandboxPath folder;
    private final long maxBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    /** The path of each folder under way, with a slash at its end. */
    private final Deque<String> paths = new ArrayDeque<>();

    private long bytes;

    TarWriter(OutputStream out, SandboxPath folder, long maxBytes) {
        this.tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /** @param name of the folder that all lies in */
    void begin(String name) {
        paths.push(name + "/");
    }

    /** Without this the archive is seen to be broken off. */
    void finish() throws IOException {
        tar.finish();
        tar.flush();
    }

    @Override
    public void enter(Path name, PosixFileAttributes found) throws IOException {
        String path = path(name) + "/";
        paths.push(path);
        put(new TarArchiveEntry(path), found);
        tar.closeArchiveEntry();
    }

    @Override
    public void leave() {
        paths.pop();
    }

    @Override
    public void entry(OpenFolder source, Path name, PosixFileAttributes found) throws IOException {
        if (found.isSymbolicLink()) {
            link(source, name, found);
        } else if (found.isRegularFile()) {
            file(source, name);
        }
    }

    private void link(OpenFolder source, Path name, PosixFileAttributes found) throws IOException {
        Path leadsTo = source.readLink(name);
        if (leadsTo != null) {
            TarArchiveEntry entry = new TarArchiveEntry(path(name), TarConstants.LF_SYMLINK);
            entry.setLinkName(leadsTo.toString());
            put(entry, found);
            tar.closeArchiveEntry();
        }
    }

    private void file(OpenFolder source, Path name) throws IOException {
        try (Pin found = source.pin(name);
                FileChannel in = found.read()) {
            if (in == null) {
                return; // something else stands there by now
            }
            PosixFileAttributes what = found.look();
            bytes += what.size();
            if (bytes > maxBytes) {
                throw FolderArchive.tooLarge(folder, maxBytes);
            }
            TarArchiveEntry entry = new TarArchiveEntry(path(name));
            entry.setSize(what.size());
            put(entry, what);
            transfer(in, what.size());
            tar.closeArchiveEntry();
        } catch (NoSuchFileException | AccessDeniedException e) {
            return;
        }
    }

    private void put(TarArchiveEntry entry, PosixFileAttributes found) throws IOException {
        entry.setModTime(found.lastModifiedTime());
        entry.setMode(mode(found.permissions()));
        tar.putArchiveEntry(entry);
    }

    private void transfer(FileChannel in, long size) throws IOException {
        for (long left = size; left > 0; ) {
            buffer.clear().limit((int) Math.min(left, CHUNK));
            if (in.read(buffer) < 0) {
                Arrays.fill(buffer.array(), (byte) 0);
                buffer.position(buffer.limit());
            }
            tar.write(buffer.array(), 0, buffer.position());
            left -= buffer.position();
        }
    }

    private String path(Path name) {
        return paths.getFirst() + name;
    }

    private static int mode(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return mode;
    }
}
