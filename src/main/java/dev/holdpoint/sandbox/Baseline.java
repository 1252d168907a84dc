package dev.holdpoint.sandbox;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What was in a workspace when something was about to change it. The contents stay on the disk until asked for. */
final class Baseline implements AutoCloseable {

    static final int VERSION = 1;

    /** A file system's clock may be behind ours, and it ticks only some hundred times in a second. */
    private static final long BLUR = TimeUnit.SECONDS.toNanos(2);

    /** One file or link, with where its content begins and how much there is. */
    private record Entry(FileStamp stamp, Content.Type type, long offset, int length) {}

    private final FileChannel file;
    private final Map<String, Entry> entries = new HashMap<>();
    private final long began;
    private final boolean complete;

    private Baseline(FileChannel file) throws IOException {
        this.file = file;
        ByteBuffer end = ByteBuffer.allocate(Long.BYTES);
        read(end, file.size() - Long.BYTES);
        file.position(end.flip().getLong());
        DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file)));
        if (in.readInt() != VERSION) {
            throw new IOException("a baseline of another version");
        }
        this.began = TimeUnit.MILLISECONDS.toNanos(in.readLong());
        this.complete = in.readBoolean();
        for (int left = in.readInt(); left > 0; left--) {
            entries.put(in.readUTF(), entry(in));
        }
    }

    private static Entry entry(DataInputStream in) throws IOException {
        FileStamp stamp = new FileStamp(in.readLong(), in.readLong(), in.readLong(), in.readLong());
        return new Entry(stamp, Content.Type.valueOf(in.readUTF()), in.readLong(), in.readInt());
    }

    static Baseline open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path);
        try {
            return new Baseline(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Whether nothing was left out of it. */
    boolean isComplete() {
        return complete;
    }

    Set<String> paths() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    boolean has(String path) {
        return entries.containsKey(path);
    }

    /** Whether the file is certainly what it was: if not, its content has to be looked at. */
    boolean isUntouched(String path, FileStamp now) {
        Entry entry = entries.get(path);
        if (entry == null) {
            return false;
        }
        if (entry.type() == Content.Type.TOO_LARGE) {
            // There is no content to look at, and a new mode or name alone doesn't make it another file.
            return now.isWrittenAs(entry.stamp());
        }
        return now.equals(entry.stamp()) && now.changed() < began - BLUR;
    }

    /** Null if there was no such file. */
    @Nullable
    Content content(String path) throws IOException {
        Entry entry = entries.get(path);
        if (entry == null) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(entry.length());
        read(bytes, entry.offset());
        return new Content(entry.type(), new String(bytes.array(), StandardCharsets.UTF_8));
    }

    private void read(ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            int read = file.read(bytes, at);
            if (read < 0) {
                throw new IOException("a baseline that was cut");
            }
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
