package dev.holdpoint.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a client sends, as it comes. It fails as {@link ClientGone}, so that this isn't taken for a failing disk. */
final class RequestBody extends FilterInputStream {

    RequestBody(InputStream body) {
        super(body);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            return super.read(bytes, from, length);
        } catch (IOException e) {
            throw new ClientGone(e);
        }
    }
}
