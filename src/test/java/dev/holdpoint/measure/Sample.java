package dev.holdpoint.measure;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/** Times of the same thing, done again and again. */
final class Sample {

    private final long[] sortedNanos;

    private Sample(long[] sortedNanos) {
        this.sortedNanos = sortedNanos;
    }

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

    double medianMillis() {
        return millis(sortedNanos.length / 2);
    }

    double leastMillis() {
        return millis(0);
    }

    private double millis(int at) {
        return sortedNanos[at] / (double) Duration.ofMillis(1).toNanos();
    }

    /** The median, and in parentheses the least: what it costs when nothing else disturbs. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f) ms", medianMillis(), leastMillis());
    }
}
