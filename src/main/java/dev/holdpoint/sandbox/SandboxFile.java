package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/** An open regular file, and what it was when it was opened. Skipping reads nothing. */
public final class SandboxFile extends FilterInputStream {

    private final FileEntry entry;
    private final FileVersion version;

    public SandboxFile(FileEntry entry, FileVersion version, InputStream content) {
        super(content);
        this.entry = entry;
        this.version = version;
    }

    SandboxFile(FileEntry entry, FileVersion version, FileChannel content) {
        this(entry, version, Channels.newInputStream(content));
    }

    public FileEntry entry() {
        return entry;
    }

    public FileVersion version() {
        return version;
    }
}
