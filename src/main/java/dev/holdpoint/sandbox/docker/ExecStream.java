package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.holdpoint.event.Delta;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;

/**
 * The standard streams of an exec, over a connection of its own. What comes is framed as the engine's API describes under
 * "attach to a container": one byte for the stream, three of nothing, four for the length.
 */
final class ExecStream implements AutoCloseable {

    private static final byte[] ATTACHED = "{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.UTF_8);
    private static final int SWITCHED = 101;
    private static final int OK = 200;
    private static final int MAX_FRAME = 16 << 20;

    private final Input input;
    private final Response response;
    private final DataInputStream frames;

    private ExecStream(Input input, Response response) {
        this.input = input;
        this.response = response;
        this.frames = new DataInputStream(response.getBody());
    }

    /** Starts a prepared exec. That this returns doesn't mean that it could be started. */
    static ExecStream open(DockerHttpClient http, String exec) throws IOException {
        Input input = new Input();
        Request request = Request.builder()
                .method(Request.Method.POST)
                .path("/exec/" + exec + "/start")
                .putHeader("Content-Type", "application/json")
                .bodyBytes(ATTACHED)
                .hijackedInput(input)
                .build();
        Response response = null;
        try {
            response = http.execute(request);
            if (response.getStatusCode() == SWITCHED || response.getStatusCode() == OK) {
                return new ExecStream(input, response);
            }
            throw new IOException("the engine answered with status " + response.getStatusCode());
        } catch (IOException | RuntimeException e) {
            input.close();
            if (response != null) {
                response.close();
            }
            throw e instanceof IOException io ? io : new IOException("the engine did not start an exec", e);
        }
    }

    /** Hands at least one byte to the exec's standard input, without waiting until it is taken. */
    void send(byte[] bytes) {
        input.waiting.add(bytes);
    }

    /** Waits for what is printed next; false at the end, which proves nothing about the process. */
    boolean read(BiConsumer<Delta.Stream, byte[]> receiver) throws IOException {
        int kind = frames.read();
        if (kind < 0) {
            return false;
        }
        frames.skipNBytes(3);
        int length = frames.readInt();
        if (length < 0 || length > MAX_FRAME) {
            throw new IOException("the engine sent a frame of " + length + " bytes");
        }
        byte[] bytes = frames.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was cut in the middle of a frame");
        }
        receiver.accept(kind == 2 ? Delta.Stream.STDERR : Delta.Stream.STDOUT, bytes);
        return true;
    }

    /** What comes on standard output until the end. */
    byte[] readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        boolean more = true;
        while (more) {
            more = read((from, bytes) -> all.write(bytes, 0, from == Delta.Stream.STDOUT ? bytes.length : 0));
        }
        return all.toByteArray();
    }

    /** Whoever reads is woken by an error. */
    @Override
    public void close() {
        input.close();
        response.close();
    }

    /** What the transport reads, on a thread of its own, to send it on. */
    private static final class Input extends InputStream {

        private static final byte[] END = {};

        private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
        private byte[] current = {};
        private int next;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (next == current.length && !advance()) {
                return -1;
            }
            int count = Math.min(length, current.length - next);
            System.arraycopy(current, next, into, offset, count);
            next += count;
            return count;
        }

        private boolean advance() throws IOException {
            try {
                byte[] bytes = waiting.take();
                if (bytes.length == 0) {
                    waiting.add(END); // for whoever asks again
                    return false;
                }
                current = bytes;
                next = 0;
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            waiting.add(END);
        }
    }
}
