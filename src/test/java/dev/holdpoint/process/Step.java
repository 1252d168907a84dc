package dev.holdpoint.process;

import java.time.Duration;
import java.util.Random;

/**
 * One step of a chaotic run. All of it is drawn, whatever the step needs, so that a seed gives the same steps again.
 *
 * @param length how long the trouble lasts
 * @param pause how long to wait before the next step
 */
record Step(int number, Happening happening, int thread, int process, Duration length, Duration pause) {

    private static final int LONGEST_MILLIS = 4_000;
    private static final int LONGEST_PAUSE_MILLIS = 250;

    static Step draw(int number, Random random, int threads, int processes) {
        return new Step(
                number,
                Happening.draw(random),
                random.nextInt(threads),
                random.nextInt(processes),
                Duration.ofMillis(random.nextInt(LONGEST_MILLIS)),
                Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
    }

    @Override
    public String toString() {
        return "%d %s thread %d, process %d, %d ms".formatted(number, happening, thread, process, length.toMillis());
    }
}
