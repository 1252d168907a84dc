package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a TLS client begins, read without changing it.
 *
 * @param serverName the host that it asks for; null if it names none
 * @param record the bytes, to be passed on
 */
record ClientHello(@Nullable String serverName, ByteBuffer record) {

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int MAX_RECORD = 16 << 10;

    /** @return empty if it isn't TLS, or doesn't come in one piece */
    static Optional<ClientHello> read(InputStream in) throws IOException {
        byte[] head = in.readNBytes(5);
        if (head.length < 5 || head[0] != HANDSHAKE) {
            return Optional.empty();
        }
        int length = ByteBuffer.wrap(head).getShort(3) & 0xffff;
        if (length > MAX_RECORD) {
            return Optional.empty();
        }
        byte[] body = in.readNBytes(length);
        try {
            ByteBuffer record = ByteBuffer.allocate(5 + body.length).put(head).put(body);
            return Optional.of(new ClientHello(serverName(ByteBuffer.wrap(body)), record.flip()));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @throws BufferUnderflowException if the message is longer than its record */
    private static @Nullable String serverName(ByteBuffer body) {
        if (body.get() != CLIENT_HELLO) {
            throw new IllegalArgumentException();
        }
        ByteBuffer hello = piece(body, ((body.get() & 0xff) << 16) | (body.getShort() & 0xffff));
        hello.position(hello.position() + 2 + 32); // version, random
        piece(hello, hello.get() & 0xff); // session
        piece(hello, hello.getShort() & 0xffff); // ciphers
        piece(hello, hello.get() & 0xff); // compressions
        ByteBuffer extensions = hello.hasRemaining() ? piece(hello, hello.getShort() & 0xffff) : hello;
        String found = null;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort();
            ByteBuffer extension = piece(extensions, extensions.getShort() & 0xffff);
            if (type == SERVER_NAME) {
                if (found != null) {
                    throw new IllegalArgumentException();
                }
                found = hostName(extension);
            }
        }
        return found;
    }

    private static String hostName(ByteBuffer extension) {
        ByteBuffer names = piece(extension, extension.getShort() & 0xffff);
        int type = names.get();
        ByteBuffer name = piece(names, names.getShort() & 0xffff);
        if (type != 0 || names.hasRemaining()) {
            throw new IllegalArgumentException();
        }
        return StandardCharsets.ISO_8859_1.decode(name).toString().toLowerCase(Locale.ROOT);
    }

    private static ByteBuffer piece(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer piece = from.slice(from.position(), length);
        from.position(from.position() + length);
        return piece;
    }
}
