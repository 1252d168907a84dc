package dev.holdpoint.agent;

/** A request that can't be carried out; it had no effect. The message is for the caller. */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Stable: clients switch on them. */
    public enum Code {
        INVALID_REQUEST,
        NOT_FOUND,
        RUN_ACTIVE,
        NOTHING_PENDING,
        ALREADY_DECIDED,
        DIGEST_MISMATCH,
        NOTHING_RUNNING,
        INVALID_ARGS,
        IDEMPOTENCY_MISMATCH,
        REQUEST_IN_PROGRESS,
        OVERLOADED
    }

    private final Code code;

    public Refused(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    static Refused unknownThread() {
        return new Refused(Code.NOT_FOUND, "There is no such thread.");
    }

    static Refused overloaded(int most) {
        return new Refused(
                Code.OVERLOADED, most + " turns are at work already (HOLDPOINT_MAX_ACTIVE_TURNS). Try later.");
    }
}
