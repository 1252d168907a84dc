package dev.holdpoint.api;

import java.io.IOException;

/** The client left, or fell silent, in the middle of its request. */
final class ClientGone extends IOException {

    private static final long serialVersionUID = 1L;

    ClientGone(IOException cause) {
        super(cause);
    }
}
