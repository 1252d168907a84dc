package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Carries bytes both ways between two sockets until both ends are done, or nothing came from either for too long. */
final class Relay {

    private static final int BUFFER = 16 << 10;
    private static final int LOOK_MILLIS = 1_000;

    private final Socket client;
    private final Socket server;
    private final Duration idle;
    private volatile long lastByte = System.nanoTime();

    Relay(Socket client, Socket server, Duration idle) {
        this.client = client;
        this.server = server;
        this.idle = idle;
    }

    /**
     * @param fromClient what the client sends, some of which may have been read before
     * @param atMost how many bytes of it are passed on; what follows them is not
     * @param halfClose whether the server is told that the client has nothing more to send
     */
    void run(InputStream fromClient, long atMost, boolean halfClose) throws IOException, InterruptedException {
        client.setSoTimeout(LOOK_MILLIS);
        server.setSoTimeout(LOOK_MILLIS);
        Thread up = Thread.ofVirtual().name("holdpoint-egress-up").start(() -> up(fromClient, atMost, halfClose));
        try {
            copy(server.getInputStream(), client.getOutputStream(), Long.MAX_VALUE);
            client.shutdownOutput();
            if (halfClose) {
                up.join();
            }
        } finally {
            server.close(); // ends the other direction too
            if (!client.isClosed()) {
                client.shutdownInput();
            }
            up.join();
        }
    }

    private void up(InputStream from, long atMost, boolean halfClose) {
        try {
            copy(from, server.getOutputStream(), atMost);
            if (halfClose) {
                server.shutdownOutput();
            }
        } catch (IOException e) {
            closeServer(); // what it would answer to half of a request is nobody's concern
        }
    }

    private void closeServer() {
        try {
            server.close();
        } catch (IOException e) {
            return; // it is as closed as it gets
        }
    }

    private void copy(InputStream from, OutputStream to, long atMost) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long left = atMost; left > 0; ) {
            int count = read(from, buffer, (int) Math.min(left, buffer.length));
            if (count < 0) {
                return;
            }
            to.write(buffer, 0, count);
            lastByte = System.nanoTime();
            left -= count;
        }
    }

    private int read(InputStream from, byte[] buffer, int length) throws IOException {
        while (true) {
            try {
                return from.read(buffer, 0, length);
            } catch (SocketTimeoutException e) {
                if (System.nanoTime() - lastByte > idle.toNanos()) {
                    throw e;
                }
            }
        }
    }
}
