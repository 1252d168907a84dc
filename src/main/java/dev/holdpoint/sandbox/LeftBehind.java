package dev.holdpoint.sandbox;

/** What may still run in a sandbox when no command does: processes that commands left behind. */
public interface LeftBehind {

    /** Where nothing outlives its command. */
    LeftBehind NOTHING = new LeftBehind() {
        @Override
        public boolean isPossible() {
            return false;
        }

        @Override
        public void end() {
            // nothing is left
        }
    };

    /** Whether anything can be running. Quick. */
    boolean isPossible();

    /** Ends all of it, unless a command runs; the workspace stays. In bounded time. */
    void end() throws InterruptedException;
}
