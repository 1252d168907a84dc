package dev.holdpoint.sandbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A command that the calling thread is about to run, and that another may stop. */
final class RunningCommand {

    private final Thread runner = Thread.currentThread();
    private final long began = System.nanoTime();
    private boolean over;
    private @Nullable String reason;

    /** Interrupts the one who runs it, which kills the command's processes. */
    synchronized void stop(String why) {
        if (!over && reason == null) {
            reason = why;
            runner.interrupt();
        }
    }

    /**
     * From now on it can't be stopped, and the caller isn't interrupted for it any more.
     *
     * @return why it was stopped; null if it wasn't
     */
    @Nullable
    synchronized String end() {
        boolean first = !over;
        over = true;
        if (first && reason != null) {
            // This may be the end of the turn as well; whoever ended it has written that down.
            var _ = Thread.interrupted();
        }
        return reason;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
