package dev.holdpoint.sandbox;

/** No command can run: the message names the part that is missing and what to do, without host paths. */
public sealed class SandboxUnavailable extends Exception permits Overloaded {

    private static final long serialVersionUID = 1L;

    public SandboxUnavailable(String message) {
        super(message);
    }

    public SandboxUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
