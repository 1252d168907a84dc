package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file or link, as far as it is compared.
 *
 * @param text the text itself, the digest of what isn't text, where a link leads, or nothing
 */
record Content(Type type, String text) {

    /** The names are part of what is stored. */
    enum Type {
        TEXT,
        BINARY,
        LINK,
        TOO_LARGE
    }

    static final Content TOO_LARGE = new Content(Type.TOO_LARGE, "");

    /**
     * Looks into a regular file or a link.
     *
     * @param name which the folder had for what is pinned
     * @param maxBytes what is larger isn't read; nor is what its owner may not read
     * @return null if it is something else
     */
    static @Nullable Content of(OpenFolder folder, Path name, Pin found, int maxBytes) throws IOException {
        PosixFileAttributes what = found.look();
        if (what.isSymbolicLink()) {
            Path target = folder.readLink(name);
            return target == null ? null : new Content(Type.LINK, target.toString());
        }
        if (what.size() > maxBytes) {
            return TOO_LARGE;
        }
        try (FileChannel file = found.read()) {
            return file == null ? null : of(Channels.newInputStream(file).readNBytes(maxBytes + 1), maxBytes);
        } catch (AccessDeniedException e) {
            return TOO_LARGE;
        }
    }

    private static Content of(byte[] bytes, int maxBytes) {
        return bytes.length > maxBytes ? TOO_LARGE : of(bytes);
    }

    private static Content of(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return new Content(Type.TEXT, text);
            }
        } catch (CharacterCodingException e) {
            // Said below: it isn't text.
        }
        return new Content(Type.BINARY, digest(bytes));
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether they certainly are the same. */
    boolean isSame(Content other) {
        return type != Type.TOO_LARGE && equals(other);
    }

    /** What a person sees of it in a diff. */
    String lines() {
        return type == Type.LINK ? "symbolic link to " + text + "\n" : text;
    }
}
