package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of commands while a real engine ends, hangs, or has no room, and after it. */
@ExtendWith(SpareEngine.Extension.class)
@Timeout(120)
class EngineFaultTest extends SandboxFixture {

    private final SpareEngine engine;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    EngineFaultTest(SpareEngine engine) {
        this.engine = engine;
    }

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return engine.settings(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @AfterEach
    void end() {
        executor.close();
    }

    /** Does something to the engine as soon as the command is up. */
    private Future<?> whenUp(Runnable fault) {
        Path up = workspaces.prepare(thread).resolve("up");
        return executor.submit(() -> {
            await().atMost(LONG).until(() -> Files.exists(up));
            fault.run();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "stopped"})
    void a_command_whose_engine_ends_is_honest_and_the_next_one_runs_when_it_is_back(String how) throws Exception {
        run("touch kept");
        Future<?> restart = whenUp(() -> {
            if (how.equals("killed")) {
                engine.engine().kill();
            } else {
                engine.engine().stop();
            }
            engine.engine().start();
        });

        Ran ran = run("touch up; sleep 60");

        assertThat(ran.result().outcome()).isIn(Outcome.SANDBOX_LOST, Outcome.OUTCOME_UNKNOWN);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(45));
        restart.get();
        assertThat(run("ls").out()).isEqualTo("kept\nup\n");
    }

    @Test
    void a_command_whose_engine_freezes_ends_at_its_timeout_and_is_gone_when_the_next_one_runs() throws Exception {
        run("true");
        Future<?> frozen = whenUp(engine.engine()::freeze);

        Ran ran = run("touch up; sleep 61", Duration.ofSeconds(4));

        frozen.get();
        engine.engine().thaw();
        assertThat(ran.result().outcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(4 + 7));
        assertThat(run("grep -c '^sleep.61' /proc/[0-9]*/cmdline | grep -v ':0$'; echo on")
                        .out())
                .isEqualTo("on\n");
    }

    @Test
    void a_frozen_engine_is_told_in_time() throws Exception {
        run("true");
        engine.engine().freeze();
        try {
            // Its threads stop one by one, and the last one may still answer.
            await().atMost(LONG).until(() -> sandboxes.problem().isPresent());
            long start = System.nanoTime();
            Optional<String> problem = sandboxes.problem();
            Duration asked = Duration.ofNanos(System.nanoTime() - start);
            Outcome outcome = outcomeUnlessRefused("true");
            Duration refused = Duration.ofNanos(System.nanoTime() - start).minus(asked);

            assertThat(problem.orElseThrow()).contains("does not answer");
            assertThat(outcome).isIn(null, Outcome.OUTCOME_UNKNOWN);
            assertThat(asked).isLessThan(Duration.ofSeconds(5));
            assertThat(refused).isLessThan(Duration.ofSeconds(20));
        } finally {
            engine.engine().thaw();
        }
        assertThat(run("echo on").out()).isEqualTo("on\n");
    }

    private @Nullable Outcome outcomeUnlessRefused(String command) throws InterruptedException {
        try {
            return run(command).result().outcome();
        } catch (SandboxUnavailable e) {
            return null;
        }
    }

    @Test
    void a_full_disk_of_the_engine_stops_new_sandboxes_only_and_only_while_it_is_full() throws Exception {
        run("true");
        ThreadId other = ThreadId.create();
        String filler = engine.data().resolve("filler").toString();
        SpareEngine.run("sh", "-c", "cat /dev/zero > " + filler + " 2>/dev/null || true");
        try {
            assertThatThrownBy(() -> run(other, "true", LONG)).isInstanceOf(SandboxUnavailable.class);
            assertThat(run("echo on").out()).isEqualTo("on\n");
        } finally {
            SpareEngine.run("rm", "-f", filler);
        }

        assertThat(run(other, "echo room", LONG).out()).isEqualTo("room\n");

        sandboxes.remove(other);
    }

    @Test
    void a_paused_container_is_lost_at_once_and_replaced() throws Exception {
        run("touch kept");
        Future<?> paused = whenUp(() -> engine.engine().docker("pause", container()));

        Ran ran = run("touch up; sleep 60");

        paused.get();
        assertThat(ran.result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(20));
        assertThat(run("ls").out()).isEqualTo("kept\nup\n");
    }

    private String container() {
        return new ContainerSpec(settings, workspaces).name(thread);
    }
}
