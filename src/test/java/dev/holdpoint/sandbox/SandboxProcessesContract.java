package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every sandbox does with commands in the background. */
@Timeout(60)
public abstract class SandboxProcessesContract extends SandboxFixture {

    private static final String TICKS = "(while :; do echo x >> ticks; sleep 0.05; done) & wait";

    private final Processes processes =
            new Processes(new ProcessSettings(2, 2048), FleetSettings.DEFAULT, Clock.systemUTC());
    private final ThreadProcesses own = processes.of(thread);

    @AfterEach
    void end() {
        processes.close();
    }

    private String start(String command) throws SandboxUnavailable, InterruptedException {
        return own.start(sandboxes.of(thread), command, Optional.empty(), new Recording());
    }

    private ProcessInfo process(String id) {
        return own.output(id, 0).orElseThrow().process();
    }

    private void awaitEnd(String id) throws Exception {
        SandboxContract.await(() -> !process(id).isRunning());
    }

    private Path ticks() {
        return folder.resolve("workspaces").resolve(thread.value()).resolve("ticks");
    }

    @Test
    void one_goes_on_beside_other_commands_and_tells_its_end() throws Exception {
        String id = start("echo begun; until [ -e go ]; do sleep 0.05; done; seq 1 2000; exit 3");

        assertThat(run("touch go").result().exitCode()).isZero();

        awaitEnd(id);
        assertThat(process(id).exitCode()).isEqualTo(3);
        assertThat(own.output(id, 0).orElseThrow().text())
                .endsWith("1999\n2000\n")
                .hasSize(2048);
        assertThat(process(id).outputBytes()).isEqualTo(6 + 8893);
        assertThat(own.list()).extracting(ProcessInfo::id).containsExactly(id);
    }

    @Test
    void killing_one_leaves_nothing_of_it_and_the_others_alone() throws Exception {
        String killed = start(TICKS);
        String other = start("sleep 50");
        SandboxContract.await(() -> Files.exists(ticks()));

        assertThat(own.kill(killed)).isTrue();

        assertThat(process(killed).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(run("a=$(stat -c %s ticks); sleep 0.5; [ $a = $(stat -c %s ticks) ]")
                        .result()
                        .exitCode())
                .isZero();
        assertThat(process(other).isRunning()).isTrue();
    }

    @Test
    void one_ends_with_its_sandbox() throws Exception {
        String id = start(TICKS);

        sandboxes.remove(thread);

        awaitEnd(id);
        assertThat(process(id).outcome()).isEqualTo(Outcome.SANDBOX_LOST);
    }

    @Test
    void there_are_no_more_than_may_be_and_places_are_given_back() throws Exception {
        String first = start("sleep 50");
        start("sleep 50");

        assertThatThrownBy(() -> start("touch third"))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("HOLDPOINT_BACKGROUND_MAX");

        own.kill(first);
        assertThat(process(start("sleep 50")).isRunning()).isTrue();
        assertThat(run("ls").out()).isEmpty();
    }

    @Test
    void closing_ends_all_of_them() throws Exception {
        String id = start(TICKS);
        long began = System.nanoTime();

        processes.close();

        assertThat(process(id).isRunning()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        assertThat(sandboxes.load()).isEqualTo(CommandLoad.NONE);
    }
}
