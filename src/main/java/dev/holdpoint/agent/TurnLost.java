package dev.holdpoint.agent;

/** Somebody else ended this run or took it over: whoever gets this must touch nothing any more. */
final class TurnLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TurnLost(String runId) {
        super("run " + runId + " is no longer ours");
    }
}
