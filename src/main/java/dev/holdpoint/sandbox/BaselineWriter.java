package dev.holdpoint.sandbox;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a {@link Baseline}: the contents, then the list of entries, then where that list begins. */
final class BaselineWriter extends BoundedWalk {

    private final ChangeLimits limits;
    private final DataOutputStream out;
    private final ByteArrayOutputStream list = new ByteArrayOutputStream();
    private final DataOutputStream index = new DataOutputStream(list);
    private final long began = System.currentTimeMillis();
    private int count;
    private long offset;
    private long left;

    private BaselineWriter(DataOutputStream out, ChangeLimits limits) {
        super(limits.entries());
        this.out = out;
        this.limits = limits;
        this.left = limits.bytes();
    }

    /** @param file where it is written; not there yet, and out of every sandbox's reach */
    static void write(Path file, TreeWalk.Start start, ChangeLimits limits) throws IOException {
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16))) {
            BaselineWriter writer = new BaselineWriter(out, limits);
            writer.walk(start);
            writer.finish();
        }
    }

    @Override
    void visit(OpenFolder folder, Path name, String path) throws IOException {
        try (Pin found = folder.pin(name)) {
            // First, so that a file that is being written is never taken for newer than it was read.
            FileStamp stamp = found.stamp();
            Content content = Content.of(folder, name, found, (int) Math.min(limits.fileBytes(), left));
            if (content != null) {
                left -= content.type() == Content.Type.BINARY ? stamp.size() : 0;
                add(path, stamp, content);
            }
        } catch (NoSuchFileException e) {
            return; // it is gone already
        }
    }

    private void add(String path, FileStamp stamp, Content content) throws IOException {
        byte[] text = content.text().getBytes(StandardCharsets.UTF_8);
        out.write(text);
        index.writeUTF(path);
        index.writeLong(stamp.inode());
        index.writeLong(stamp.size());
        index.writeLong(stamp.modified());
        index.writeLong(stamp.changed());
        index.writeUTF(content.type().name());
        index.writeLong(offset);
        index.writeInt(text.length);
        offset += text.length;
        left = Math.max(0, left - text.length);
        count++;
    }

    private void finish() throws IOException {
        out.writeInt(Baseline.VERSION);
        out.writeLong(began);
        out.writeBoolean(isComplete());
        out.writeInt(count);
        list.writeTo(out);
        out.writeLong(offset);
    }
}
