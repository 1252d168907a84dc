package dev.holdpoint.api;

import dev.holdpoint.sandbox.FileProblem;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** A body on disk while it is looked through. It has no name there, so nothing of it stays behind whatever happens. */
final class ImportFile implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;

    private ImportFile(FileChannel file) {
        this.file = file;
    }

    /** @throws WebApplicationException with 413 as soon as there are more bytes than that */
    static ImportFile take(InputStream body, long maxBytes) throws IOException {
        ImportFile taken = new ImportFile(FileChannel.open(
                Files.createTempFile("holdpoint-import", null),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
        try {
            taken.fill(body, maxBytes);
            return taken;
        } catch (IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    private void fill(InputStream body, long maxBytes) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long total = 0;
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            total += read;
            if (total > maxBytes) {
                throw new WebApplicationException(413);
            }
            put(ByteBuffer.wrap(chunk, 0, read));
        }
    }

    private void put(ByteBuffer bytes) throws FileProblem {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            FileProblem problem =
                    new FileProblem(FileProblem.Kind.NO_SPACE, "There is no room to take in the file right now.");
            problem.initCause(e);
            throw problem;
        }
    }

    SeekableByteChannel channel() {
        return file;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
