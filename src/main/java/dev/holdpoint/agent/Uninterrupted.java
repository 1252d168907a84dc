package dev.holdpoint.agent;

import java.time.Duration;

/** Waiting that an interrupt doesn't cut short; it is kept for whoever looks for it next. */
final class Uninterrupted {

    private Uninterrupted() {}

    static void sleep(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
