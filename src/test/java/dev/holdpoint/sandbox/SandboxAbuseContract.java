package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What hostile commands do with processes, memory, output and signals: it stays inside, is reported as what it was, and
 * the thread's next command runs. What they do with files is in {@link SandboxFileAbuseContract}.
 */
public abstract class SandboxAbuseContract extends SandboxFixture {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final long LIVE_BYTES = 32L << 20;

    private final ThreadId other = ThreadId.create();

    /** Whether the kernel divides the processors fairly among threads, however many processes each has. */
    protected abstract boolean sharesProcessors();

    @AfterEach
    void removeOther() {
        sandboxes.remove(other);
    }

    @Test
    void a_fork_bomb_slows_down_no_other_thread() throws Exception {
        Neighbour neighbour = new Neighbour(() -> run(other, "true", LONG));

        Ran ran = neighbour.during(() -> run("f() { f | f & }; f; sleep 60", Duration.ofSeconds(6)));

        assertThat(ran.result().outcome()).isIn(Outcome.TIMED_OUT, Outcome.EXITED);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(6).plus(GRACE));
        neighbour.assertUndisturbed(sharesProcessors());
        assertNextCommandRuns();
    }

    @Test
    void a_memory_hog_is_ended_and_slows_down_no_other_thread() throws Exception {
        Neighbour neighbour = new Neighbour(() -> run(other, "true", LONG));

        Ran ran = neighbour.during(() -> run("""
                for i in 1 2 3; do
                  python3 -c 'a = []
                while True: a.append(bytearray(8 << 20))' 2>/dev/null && exit 0
                done
                exit 9
                """, Duration.ofSeconds(20)));

        assertThat(ran.result().outcome()).isIn(Outcome.OOM_KILLED, Outcome.EXITED);
        assertThat(ran.result().exitCode()).isIn(null, 9, 137);
        neighbour.assertUndisturbed(sharesProcessors());
        assertNextCommandRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "tr '\\0' a </dev/zero", "cat /dev/urandom >&2", "yes & yes >&2"})
    void a_flood_of_output_is_taken_as_fast_as_its_receiver_takes_it(String flood) throws Exception {
        run("true");
        Receiver receiver = new Receiver();

        ExecResult result = sandboxes.of(thread).exec(new ExecRequest(flood, SHORT), receiver);

        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.duration()).isLessThan(SHORT.plus(GRACE));
        assertThat(receiver.bytes.get()).isGreaterThan(Receiver.LOOK_AFTER);
        assertThat(receiver.grown.get()).isLessThan(LIVE_BYTES);
        assertNextCommandRuns();
    }

    @Test
    void a_flood_of_output_slows_down_no_other_thread() throws Exception {
        Neighbour neighbour = new Neighbour(() -> run(other, "true", LONG));

        ExecResult result = neighbour.during(
                () -> sandboxes.of(thread).exec(new ExecRequest("yes", Duration.ofSeconds(4)), (stream, bytes) -> {}));

        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        neighbour.assertUndisturbed(sharesProcessors());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nohup sleep 60 & ",
                "setsid sleep 60 & ",
                "(setsid sh -c '(sleep 60) &' &); ",
                "python3 -c 'import os, time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\ntime.sleep(60)'; ",
            })
    void a_daemon_that_holds_the_output_delays_nothing(String daemon) throws Exception {
        run("true");

        Ran ran = run(daemon + "echo started; exit 4");

        assertThat(ran.out()).isEqualTo("started\n");
        assertThat(ran.result().exitCode()).isEqualTo(4);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(5));
        assertNextCommandRuns();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for s in $(seq 64); do trap '' $s; done 2>/dev/null; while :; do sleep 1; done",
                "python3 -c 'import signal\nfor s in set(signal.Signals) - {9, 19}: signal.signal(s, signal.SIG_IGN)\nwhile 1: pass'",
                "kill -STOP $$",
                "kill -STOP -1; sleep 60",
                "python3 -c 'import os, signal\nos.kill(-1, signal.SIGSTOP)\nwhile 1: pass'",
            })
    void no_signal_that_is_ignored_or_sent_keeps_a_timeout_from_coming(String command) throws Exception {
        run("true");

        Ran ran = run(command, SHORT);

        assertThat(ran.result().outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(ran.took()).isLessThan(SHORT.plus(GRACE));
        assertNextCommandRuns();
    }

    /** What signals everything spares itself; whether the rest of the sandbox lives on is up to the backend. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kill -9 -1; exit 7",
                "(kill -9 -1); exit 7",
                "sh -c 'kill -9 -1'; exit 7",
                "python3 -c 'import os; os.kill(-1, 9); os._exit(0)'; exit 7",
            })
    void killing_everything_is_never_reported_as_success(String command) throws Exception {
        run("true");

        Ran ran = run(command, Duration.ofSeconds(20));

        assertThat(ran.result().outcome()).isIn(Outcome.EXITED, Outcome.SANDBOX_LOST, Outcome.OUTCOME_UNKNOWN);
        assertThat(ran.result().exitCode()).isIn(null, 7, 137);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(10));
        assertNextCommandRuns();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kill -KILL $$", "kill -KILL $PPID", "exec python3 -c 'import os; os.kill(os.getpid(), 9)'"})
    void a_command_that_ends_its_own_shell_or_that_ones_parent_is_not_taken_for_done(String command) throws Exception {
        run("true");

        Ran ran = run(command + "; exit 7", Duration.ofSeconds(20));

        assertThat(ran.result().outcome()).isIn(Outcome.EXITED, Outcome.SANDBOX_LOST, Outcome.OUTCOME_UNKNOWN);
        assertThat(ran.result().exitCode()).isIn(null, 7, 137);
        assertNextCommandRuns();
    }

    private void assertNextCommandRuns() throws Exception {
        Ran ran = run("echo still here");
        assertThat(ran.out()).isEqualTo("still here\n");
        assertThat(ran.result().exitCode()).isZero();
    }

    /** Stops taking for a while, and then looks how much memory what it didn't take yet has cost. */
    private static final class Receiver implements ExecOutput {

        private static final long LOOK_AFTER = 4L << 20;
        private static final Duration REST = Duration.ofMillis(300);

        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong grown = new AtomicLong(Long.MAX_VALUE);
        private final long before = live();

        @Override
        public void accept(Delta.Stream stream, byte[] chunk) {
            long all = bytes.addAndGet(chunk.length);
            if (all > LOOK_AFTER && grown.compareAndSet(Long.MAX_VALUE, 0)) {
                Awaitility.await().pollDelay(REST).until(() -> true);
                grown.set(live() - before);
            }
        }

        private static long live() {
            System.gc();
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }
}
