package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every sandbox does with a command that doesn't come to its end. Whether a process is dead is told by a file that
 * it would go on writing to.
 */
public abstract class SandboxKillContract extends SandboxFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String TICK = "while :; do echo x >> /workspace/ticks; sleep 0.1; done";

    @ParameterizedTest
    @ValueSource(
            strings = {
                TICK,
                "(" + TICK + ") & sleep 60",
                "trap '' TERM HUP INT; " + TICK,
                "setsid sh -c '" + TICK + "' & sleep 60",
                "(setsid sh -c '(" + TICK + ") &' &) ; sleep 60",
                "env -i setsid sh -c '" + TICK + "' >/dev/null 2>&1 & sleep 60",
                "(env -i setsid sh -c '(" + TICK + ") &' >/dev/null 2>&1 </dev/null &) ; exec env -i sleep 60",
                "sh -c '" + TICK + "' & exec >&- 2>&-; sleep 60",
            })
    void a_timeout_kills_the_whole_tree_and_returns_at_once(String command) throws Exception {
        run("true");

        Ran ran = run(command, TIMEOUT);

        assertThat(ran.result().outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(ran.result().exitCode()).isNull();
        assertThat(ran.took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(3));
        assertNothingTicks();
        assertThat(run("echo still here").out()).isEqualTo("still here\n");
    }

    @Test
    void a_fork_bomb_hits_the_limit_and_is_killed() throws Exception {
        Ran ran = run("f() { f | f & }; f; " + TICK, TIMEOUT);

        assertThat(ran.result().outcome()).isIn(Outcome.TIMED_OUT, Outcome.EXITED);
        assertThat(ran.took()).isLessThan(TIMEOUT.plusSeconds(6));
        assertNothingTicks();
        assertThat(run("echo still here").out()).isEqualTo("still here\n");
    }

    @Test
    void a_background_child_that_holds_the_output_delays_nothing() throws Exception {
        run("true");

        Ran ran = run("sleep 60 & echo started; exit 4");

        assertThat(ran.out()).isEqualTo("started\n");
        assertThat(ran.result().exitCode()).isEqualTo(4);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void an_endless_background_printer_delays_nothing() throws Exception {
        run("true");

        Ran ran = run("yes & echo started >&2; exit 5");

        assertThat(ran.output().err()).isEqualTo("started\n");
        assertThat(ran.result().exitCode()).isEqualTo(5);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(10));
    }

    /** A reader that takes its time leaves much of it under way when the command is over. */
    @Test
    void a_background_child_loses_nothing_of_what_was_printed_before_the_end() throws Exception {
        run("true");
        Recording output = new Recording();
        ExecOutput slow = (stream, bytes) -> {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            output.accept(stream, bytes);
        };
        String command = "sleep 60 & head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 6";

        ExecResult result = sandboxes.of(thread).exec(new ExecRequest(command, LONG), slow);

        assertThat(output.err()).hasSize(1_000_000);
        assertThat(result.exitCode()).isEqualTo(6);
    }

    @Test
    void output_before_a_timeout_is_not_lost() throws Exception {
        run("true");

        Ran ran = run("echo first; sleep 60", TIMEOUT);

        assertThat(ran.out()).isEqualTo("first\n");
    }

    @Test
    void an_interrupt_kills_the_tree_and_is_passed_on() throws Exception {
        run("true");
        Thread caller = Thread.currentThread();
        Thread.startVirtualThread(() -> interruptWhenTicking(caller));
        long start = System.nanoTime();

        assertThatThrownBy(() -> run("setsid sh -c '" + TICK + "' & " + TICK)).isInstanceOf(InterruptedException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertNothingTicks();
        assertThat(run("echo still here").out()).isEqualTo("still here\n");
    }

    private void interruptWhenTicking(Thread caller) {
        try {
            SandboxContract.await(() -> Files.exists(ticks()));
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            caller.interrupt();
        }
    }

    protected Path ticks() {
        return workspaces.prepare(thread).resolve("ticks");
    }

    protected void assertNothingTicks() throws Exception {
        long before = Files.exists(ticks()) ? Files.size(ticks()) : 0;
        Thread.sleep(500);
        long after = Files.exists(ticks()) ? Files.size(ticks()) : 0;
        assertThat(after).isEqualTo(before);
        Files.deleteIfExists(ticks());
    }
}
