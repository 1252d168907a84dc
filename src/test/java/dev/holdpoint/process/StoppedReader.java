package dev.holdpoint.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A client that asks for a stream and then doesn't read, or only a little at a time, on a connection with a small buffer. */
final class StoppedReader {

    private static final int WINDOW = 16 * 1024;

    private final Socket socket;

    private StoppedReader(Socket socket) {
        this.socket = socket;
    }

    static StoppedReader open(int port, String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(WINDOW);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new StoppedReader(socket);
    }

    /** What had come until the connection was cut. */
    String received() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (socket) {
            socket.getInputStream().transferTo(bytes);
        } catch (IOException cut) {
            // As expected; what came before it counts.
        }
        return body(bytes);
    }

    /** Reads to the end, so many bytes ten times a second. */
    String readSlowly(int portion) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (socket) {
            InputStream in = socket.getInputStream();
            Awaitility.await("the end of the stream")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        byte[] more = in.readNBytes(portion);
                        bytes.writeBytes(more);
                        return more.length < portion;
                    });
        }
        return body(bytes);
    }

    /** Without the head, and without the lengths of its chunks, which stand between them. */
    private static String body(ByteArrayOutputStream bytes) {
        String all = bytes.toString(StandardCharsets.UTF_8);
        String[] parts = all.substring(all.indexOf("\r\n\r\n") + 4).split("\r\n", -1);
        return IntStream.range(0, parts.length)
                .filter(i -> i % 2 == 1)
                .mapToObj(i -> parts[i])
                .collect(Collectors.joining());
    }
}
