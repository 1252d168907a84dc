package dev.holdpoint.tool;

import java.time.Duration;

/** When a search has to stop. */
final class Deadline {

    private final Duration allowed;
    private final long end;

    Deadline(Duration allowed) {
        this.allowed = allowed;
        this.end = System.nanoTime() + allowed.toNanos();
    }

    boolean passed() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while searching");
        }
        return System.nanoTime() - end >= 0;
    }

    /** For the model. */
    String words() {
        String time = allowed.toMillis() < 1_000 ? allowed.toMillis() + " ms" : allowed.toSeconds() + " s";
        return "the search took longer than " + time;
    }
}
