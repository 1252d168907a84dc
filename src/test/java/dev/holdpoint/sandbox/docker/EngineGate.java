package dev.holdpoint.sandbox.docker;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Stands before an engine's socket, lets calls on a list through, and answers all others with 403. */
final class EngineGate implements AutoCloseable {

    private static final byte[] REFUSAL =
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"message\":\"not listed\"}"
                    .getBytes(StandardCharsets.US_ASCII);

    private final AllowedCalls allowed;
    private final Path engine;
    private final ServerSocketChannel listening;
    private final Set<String> refused = new ConcurrentSkipListSet<>();

    EngineGate(Path engine, AllowedCalls allowed) throws IOException {
        this.allowed = allowed;
        this.engine = engine;
        this.listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /** @param socket where it listens; its folder must be there */
    void listen(Path socket) throws IOException {
        listening.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** Method and path of each kind of call that wasn't on the list. */
    Set<String> refused() {
        return refused;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
            Thread.ofPlatform().daemon().start(() -> carryBack(server, client));
            InputStream in = new BufferedInputStream(Channels.newInputStream(client));
            OutputStream out = Channels.newOutputStream(server);
            while (true) {
                Head head = Head.read(in);
                if (!allowed.contains(head.method(), head.path())) {
                    refused.add(head.method() + " " + head.path());
                    Channels.newOutputStream(client).write(REFUSAL);
                    return;
                }
                out.write(head.text().getBytes(StandardCharsets.ISO_8859_1));
                if (head.takesTheConnection()) {
                    in.transferTo(out);
                    server.shutdownOutput();
                    return;
                }
                head.body(in, out);
            }
        } catch (IOException e) {
            return; // one of both has hung up
        }
    }

    private static void carryBack(SocketChannel server, SocketChannel client) {
        try {
            Channels.newInputStream(server).transferTo(Channels.newOutputStream(client));
            client.shutdownOutput();
        } catch (IOException e) {
            return; // one of both has hung up
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /** The head of one request, as it came. */
    private record Head(String text) {

        static Head read(InputStream in) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException();
                }
                text.append((char) next);
            }
            return new Head(text.toString());
        }

        String method() {
            return text.substring(0, text.indexOf(' '));
        }

        /** Without the version of the API, and without the query. */
        String path() {
            String target = text.split(" ", 3)[1];
            return target.replaceFirst("^/v[0-9.]+/", "/").replaceFirst("\\?.*", "");
        }

        /** What follows is the client's stream to a process, not another request. */
        boolean takesTheConnection() {
            return !header("upgrade").isEmpty() || path().matches("/exec/[^/]+/start");
        }

        void body(InputStream in, OutputStream out) throws IOException {
            if (header("transfer-encoding").equals("chunked")) {
                int size;
                do {
                    String line = line(in);
                    size = Integer.parseInt(line.strip(), 16);
                    out.write(line.getBytes(StandardCharsets.ISO_8859_1));
                    out.write(in.readNBytes(size + 2));
                } while (size > 0);
            } else if (!header("content-length").isEmpty()) {
                out.write(in.readNBytes(Integer.parseInt(header("content-length"))));
            }
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            while (line.indexOf("\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException();
                }
                line.append((char) next);
            }
            return line.toString();
        }

        private String header(String name) {
            return text.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}
