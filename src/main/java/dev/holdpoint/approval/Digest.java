package dev.holdpoint.approval;

import dev.holdpoint.event.ToolCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Binds a decision to what was shown: SHA-256 over the tool's name and the exact text of its arguments, each preceded by
 * its length, so that no two different pairs give the same input.
 */
public final class Digest {

    private Digest() {}

    /** The digest in the form {@code sha256:<64 hex digits>}. */
    public static String of(ToolCall call) {
        MessageDigest sha = sha256();
        update(sha, call.name());
        update(sha, call.arguments());
        return "sha256:" + HexFormat.of().formatHex(sha.digest());
    }

    private static void update(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
