package dev.holdpoint.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AdmissionTest {

    private static final ThreadId A = new ThreadId("a");
    private static final ThreadId B = new ThreadId("b");
    private static final ThreadId C = new ThreadId("c");
    private static final ExecOutput NOBODY = (stream, bytes) -> {};

    private final ExecutorService commands = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> order = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        commands.shutdownNow();
    }

    private static Admission admission(int most, int waiting, Duration patience) {
        return new Admission(new FleetSettings(0, 1, most, waiting, patience, Duration.ofMinutes(1), 0));
    }

    private static void soon(Callable<Boolean> condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }

    /** Puts a command into the queue; when it may run it says so, and ends. */
    private Future<?> queue(Admission admission, ThreadId thread, String name, ExecOutput output) {
        int before = admission.load().waiting();
        Future<?> command = commands.submit(() -> {
            try (Admission.Permit _ = admission.enter(thread, output)) {
                order.add(name);
            }
            return null;
        });
        soon(() -> admission.load().waiting() == before + 1);
        return command;
    }

    @Test
    void no_more_run_at_once_than_may() throws Exception {
        Admission admission = admission(2, 10, Duration.ofSeconds(20));
        Admission.Permit first = admission.enter(A, NOBODY);
        admission.enter(A, NOBODY);
        Future<?> third = queue(admission, A, "third", NOBODY);
        assertThat(admission.load()).isEqualTo(new CommandLoad(2, 1));

        first.close();

        third.get();
        assertThat(admission.load()).isEqualTo(new CommandLoad(1, 0));
        first.close();
        assertThat(admission.load().running()).as("given back once").isEqualTo(1);
    }

    @Test
    void threads_take_turns_and_within_one_the_first_comes_first() throws Exception {
        Admission admission = admission(1, 10, Duration.ofSeconds(20));
        Admission.Permit running = admission.enter(A, NOBODY);
        var _ = queue(admission, A, "a1", NOBODY);
        var _ = queue(admission, A, "a2", NOBODY);
        var _ = queue(admission, A, "a3", NOBODY);
        var _ = queue(admission, B, "b1", NOBODY);
        var _ = queue(admission, B, "b2", NOBODY);
        var _ = queue(admission, C, "c1", NOBODY);

        running.close();

        soon(() -> admission.load().equals(CommandLoad.NONE));
        assertThat(order).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
    }

    @Test
    void whoever_waits_is_told_its_place_and_when_it_moves() throws Exception {
        Admission admission = admission(1, 10, Duration.ofSeconds(20));
        Admission.Permit running = admission.enter(A, NOBODY);
        Future<?> first = queue(admission, A, "a1", NOBODY);
        List<String> told = new CopyOnWriteArrayList<>();
        var _ = queue(admission, B, "b1", (stream, bytes) -> told.add(stream + new String(bytes, UTF_8)));
        soon(() -> !told.isEmpty());

        first.cancel(true);

        soon(() -> told.size() == 2);
        assertThat(told)
                .containsExactly(
                        "INFO[waiting for other commands to end: number 2 in the queue]\n",
                        "INFO[waiting for other commands to end: number 1 in the queue]\n");
        running.close();
    }

    @Test
    void a_queue_that_is_full_refuses() throws Exception {
        Admission admission = admission(1, 1, Duration.ofSeconds(20));
        admission.enter(A, NOBODY);
        var _ = queue(admission, A, "a1", NOBODY);

        assertThatThrownBy(() -> admission.enter(B, NOBODY))
                .isInstanceOfSatisfying(
                        Overloaded.class, e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(5)))
                .hasMessageContaining("1 commands run (HOLDPOINT_SANDBOX_MAX_COMMANDS), and 1 wait");
        assertThat(admission.load()).isEqualTo(new CommandLoad(1, 1));
    }

    @Test
    void patience_ends_with_the_place_that_was_reached() throws Exception {
        Admission admission = admission(1, 10, Duration.ofMillis(200));
        Admission.Permit running = admission.enter(A, NOBODY);
        long began = System.nanoTime();

        assertThatThrownBy(() -> admission.enter(B, NOBODY))
                .isInstanceOfSatisfying(
                        Overloaded.class, e -> assertThat(e.position()).isEqualTo(1))
                .hasMessageContaining("HOLDPOINT_SANDBOX_QUEUE_TIMEOUT");

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
        assertThat(admission.load()).isEqualTo(new CommandLoad(1, 0));
        running.close();
        assertThat(admission.load()).isEqualTo(CommandLoad.NONE);
    }

    @Test
    void one_that_is_cancelled_while_it_waits_leaves_no_trace() throws Exception {
        Admission admission = admission(1, 10, Duration.ofSeconds(20));
        Admission.Permit running = admission.enter(A, NOBODY);
        Future<?> cancelled = queue(admission, B, "b1", NOBODY);
        Future<?> other = queue(admission, B, "b2", NOBODY);

        cancelled.cancel(true);

        soon(() -> admission.load().waiting() == 1);
        running.close();
        other.get();
        assertThat(order).containsExactly("b2");
        assertThat(admission.load()).isEqualTo(CommandLoad.NONE);
    }

    @Test
    void cancelling_at_the_instant_of_admission_loses_no_right_to_run() throws Exception {
        Admission admission = admission(1, 10, Duration.ofSeconds(20));
        for (int i = 0; i < 200; i++) {
            Admission.Permit running = admission.enter(A, NOBODY);
            Future<?> cancelled = queue(admission, B, "b", NOBODY);
            commands.execute(running::close);
            cancelled.cancel(true);
            soon(() -> admission.load().equals(CommandLoad.NONE));
        }
    }

    @Test
    void a_receiver_that_breaks_leaves_no_trace() throws Exception {
        Admission admission = admission(1, 10, Duration.ofSeconds(20));
        admission.enter(A, NOBODY);
        ExecOutput broken = (stream, bytes) -> {
            throw new IllegalStateException(Delta.Stream.INFO.name());
        };

        assertThatThrownBy(() -> admission.enter(B, broken)).isInstanceOf(IllegalStateException.class);

        assertThat(admission.load()).isEqualTo(new CommandLoad(1, 0));
    }
}
