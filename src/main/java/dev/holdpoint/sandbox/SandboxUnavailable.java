package dev.holdpoint.sandbox;

/** No command can run: the message names the part that is missing and what to do, without host paths. */
public final class SandboxUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public SandboxUnavailable(String message) {
        super(message);
    }

    public SandboxUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
