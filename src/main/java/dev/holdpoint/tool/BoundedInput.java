package dev.holdpoint.tool;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends early once so many bytes were read, and tells so. */
final class BoundedInput extends FilterInputStream {

    private long left;
    private boolean cut;

    BoundedInput(InputStream in, long most) {
        super(in);
        this.left = most;
    }

    /** Whether there was more than could be read. */
    boolean wasCut() {
        return cut;
    }

    long left() {
        return left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            cut = cut || in.read() >= 0;
            return -1;
        }
        int read = in.read(buffer, offset, (int) Math.min(left, length));
        left -= Math.max(read, 0);
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
