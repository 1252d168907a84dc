package dev.holdpoint.sandbox;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** One file or link, with where its content begins and how much there is, and where the time of its change stands. */
    private record Entry(FileStamp stamp, long changedAt, Content.Type type, long offset, int length) {}

    private final FileChannel file;
    private final Map<String, Entry> entries = new HashMap<>();
    private final long began;
    private final boolean complete;

    private Baseline(FileChannel file) throws IOException {
        this.file = file;
        ByteBuffer end = ByteBuffer.allocate(Long.BYTES);
        read(end, file.size() - Long.BYTES);
        long indexEnd = file.size() - Long.BYTES;
        ByteArrayInputStream bytes = new ByteArrayInputStream(index(end.flip().getLong(), indexEnd));
        DataInputStream in = new DataInputStream(bytes);
        if (in.readInt() != VERSION) {
            throw new IOException("a baseline of another version");
        }
        this.began = TimeUnit.MILLISECONDS.toNanos(in.readLong());
        this.complete = in.readBoolean();
        for (int left = in.readInt(); left > 0; left--) {
            String path = in.readUTF();
            FileStamp stamp = new FileStamp(in.readLong(), in.readLong(), in.readLong(), in.readLong());
            long changedAt = indexEnd - bytes.available() - Long.BYTES;
            entries.put(
                    path, new Entry(stamp, changedAt, Content.Type.valueOf(in.readUTF()), in.readLong(), in.readInt()));
        }
    }

    private byte[] index(long from, long to) throws IOException {
        if (from < 0 || from > to || to - from > Integer.MAX_VALUE) {
            throw new IOException("a baseline that was cut");
        }
        byte[] index = new byte[(int) (to - from)];
        read(ByteBuffer.wrap(index), from);
        return index;
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

    /**
     * Takes what the service moved for what it was. Only what can't be compared is known by the time of its change.
     *
     * @param moved by path
     */
    static void moved(Path baseline, Map<String, Moved> moved) throws IOException {
        try (FileChannel file = FileChannel.open(baseline, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Baseline kept = new Baseline(file);
            for (Map.Entry<String, Moved> one : moved.entrySet()) {
                kept.moved(one.getKey(), one.getValue());
            }
        }
    }

    private void moved(String path, Moved moved) throws IOException {
        Entry entry = entries.get(path);
        if (entry != null
                && entry.type() == Content.Type.TOO_LARGE
                && entry.stamp().equals(moved.before())) {
            ByteBuffer changed =
                    ByteBuffer.allocate(Long.BYTES).putLong(moved.after().changed());
            file.write(changed.flip(), entry.changedAt());
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
        // Where there is no content to look at, what the kernel noted has to do.
        return now.equals(entry.stamp()) && (entry.type() == Content.Type.TOO_LARGE || now.changed() < began - BLUR);
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
