package dev.holdpoint.journal;

/** A request with this key was taken before; nothing was written. */
public final class RequestKnown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RequestKnown(RequestKey request) {
        super("a request with the key " + request.key() + " was taken before");
    }
}
