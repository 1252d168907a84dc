package dev.holdpoint.sandbox;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The end of what a process printed, in bounded memory; offsets count from the beginning of all of it. */
final class OutputRing {

    private static final int FIRST_CAPACITY = 4096;

    private final int most;
    private byte[] bytes;
    private long size;

    OutputRing(int most) {
        this.most = most;
        this.bytes = new byte[Math.min(most, FIRST_CAPACITY)];
    }

    /** @param from the offset of the first byte */
    record Piece(long from, ByteBuffer bytes) {}

    synchronized void add(byte[] more) {
        makeRoom(size + more.length);
        int skipped = Math.max(0, more.length - bytes.length);
        for (int done = skipped; done < more.length; ) {
            int at = (int) ((size + done) % bytes.length);
            int length = Math.min(more.length - done, bytes.length - at);
            System.arraycopy(more, done, bytes, at, length);
            done += length;
        }
        size += more.length;
    }

    /** It grows before it is used in the round, so what is in it stays in place. */
    private void makeRoom(long wanted) {
        if (wanted > bytes.length && bytes.length < most) {
            long doubled = Math.max(wanted, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, doubled));
        }
    }

    synchronized long size() {
        return size;
    }

    /** What is kept from this offset on; it begins later where the bytes before are not kept any more. */
    synchronized Piece from(long after) {
        long from = Math.clamp(after, Math.max(0, size - bytes.length), size);
        byte[] piece = new byte[(int) (size - from)];
        for (int done = 0; done < piece.length; ) {
            int at = (int) ((from + done) % bytes.length);
            int length = Math.min(piece.length - done, bytes.length - at);
            System.arraycopy(bytes, at, piece, done, length);
            done += length;
        }
        return new Piece(from, ByteBuffer.wrap(piece));
    }
}
