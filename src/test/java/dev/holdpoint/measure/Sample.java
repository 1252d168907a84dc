package dev.holdpoint.measure;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/** Times of the same thing, done again and again. */
record Sample(long[] sortedNanos) {

    static Sample of(int times, Callable<?> work) throws Exception {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long begun = System.nanoTime();
            work.call();
            nanos[i] = System.nanoTime() - begun;
        }
        return of(LongStream.of(nanos));
    }

    static Sample of(LongStream nanos) {
        return new Sample(nanos.sorted().toArray());
    }

    /** @param part between 0 and 1 */
    double millis(double part) {
        int at = (int) Math.min(sortedNanos.length - 1L, Math.round(Math.floor(sortedNanos.length * part)));
        return sortedNanos[at] / (double) Duration.ofMillis(1).toNanos();
    }

    double median() {
        return millis(0.5);
    }

    /** The median, and in parentheses the least: what it costs when nothing else disturbs. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f) ms", median(), millis(0));
    }
}
