package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times another thread's commands before and during an abuse. Tests share their machine with other work, so twice the
 * usual time counts as a disturbance only above a floor, which is still far below what starving feels like.
 */
final class Neighbour {

    private static final int COMMANDS = 20;
    private static final Duration FLOOR_OF_MEDIAN = Duration.ofMillis(500);
    private static final Duration FLOOR_OF_P95 = Duration.ofSeconds(2);
    private static final Duration STARVING = Duration.ofSeconds(20);

    private final Callable<?> command;
    private final Pace before;
    private Pace meanwhile = new Pace(List.of());

    /** The times of some commands, in nanoseconds, sorted. */
    private record Pace(List<Long> times) {

        Duration percentile(int of) {
            return Duration.ofNanos(times.get((times.size() * of - 1) / 100));
        }
    }

    /** Runs the command often enough to know its usual time. */
    Neighbour(Callable<?> command) throws Exception {
        this.command = command;
        command.call();
        this.before = pace(() -> true);
    }

    /** Runs the command again and again while the abuse goes on. */
    <T> T during(Callable<T> abuse) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> running = executor.submit(abuse);
            meanwhile = pace(() -> !running.isDone());
            return running.get();
        }
    }

    /** @param fair whether anything keeps the abuse from taking all processors; if not, commands must at least go on */
    void assertUndisturbed(boolean fair) {
        assertThat(meanwhile.times()).isNotEmpty();
        assertNotSlower(95, fair ? FLOOR_OF_P95 : STARVING);
        assertNotSlower(50, fair ? FLOOR_OF_MEDIAN : STARVING);
    }

    private void assertNotSlower(int percentile, Duration floor) {
        Duration twice = before.percentile(percentile).multipliedBy(2);
        assertThat(meanwhile.percentile(percentile))
                .as("%d of 100 commands of another thread", percentile)
                .isLessThan(twice.compareTo(floor) > 0 ? twice : floor);
    }

    private Pace pace(Callable<Boolean> goOn) throws Exception {
        List<Long> times = new ArrayList<>();
        while (times.size() < COMMANDS && goOn.call()) {
            long start = System.nanoTime();
            command.call();
            times.add(System.nanoTime() - start);
        }
        return new Pace(times.stream().sorted().toList());
    }
}
