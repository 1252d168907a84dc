package dev.holdpoint.api;

/** An AG-UI client broke a rule of the protocol; it is told so in the stream. */
final class ProtocolViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProtocolViolation(String message) {
        super(message);
    }
}
