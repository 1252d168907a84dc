package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a command when somebody else takes its container, or its memory, away. */
class DockerLossTest extends SandboxFixture {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    private String container() {
        return new ContainerSpec(settings, workspaces).name(thread);
    }

    private static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> line = new java.util.ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "rm -f", "restart -t 0", "stop -t 0"})
    void a_command_whose_container_goes_away_is_lost_and_the_next_one_runs(String how) throws Exception {
        run("touch kept");
        Thread.startVirtualThread(() -> after(() -> docker((how + " " + container()).split(" "))));

        Ran ran = run("touch up; sleep 30");

        assertThat(ran.result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(ran.took()).isLessThan(Duration.ofSeconds(20));
        assertThat(run("ls").out()).isEqualTo("kept\nup\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "rm -f", "pause"})
    void a_container_that_went_away_between_commands_is_replaced(String how) throws Exception {
        run("touch kept; sleep 1"); // by then the next shell waits: an engine can't be paused in mid-start
        docker((how + " " + container()).split(" "));

        assertThat(run("ls").out()).isEqualTo("kept\n");
    }

    private interface Action {
        void run() throws Exception;
    }

    private void after(Action action) {
        try {
            Path up = workspaces.prepare(thread).resolve("up");
            for (int i = 0; i < 500 && !Files.exists(up); i++) {
                Thread.sleep(20);
            }
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_command_that_the_kernel_killed_for_memory_says_so_each_time() throws Exception {
        String greedy = "exec python3 -c 'b = bytearray(3 << 30)'";

        assertThat(run(greedy).result().outcome()).isEqualTo(Outcome.OOM_KILLED);
        assertThat(run(greedy).result().outcome()).isEqualTo(Outcome.OOM_KILLED);
        assertThat(run("kill -9 $$").result().exitCode()).isEqualTo(137);
    }

    @Test
    void a_background_process_outlives_its_command_and_another_ones_timeout() throws Exception {
        run("(while :; do echo x >> ticks; sleep 0.1; done) >/dev/null 2>&1 &");

        run("sleep 30", Duration.ofSeconds(1));

        long before = Files.size(workspaces.prepare(thread).resolve("ticks"));
        Thread.sleep(500);
        assertThat(Files.size(workspaces.prepare(thread).resolve("ticks"))).isGreaterThan(before);
    }

    @Test
    void closing_removes_the_containers() throws Exception {
        run("true");
        sandboxes.close();
        sandboxes = make(settings, workspaces);

        assertThat(sandboxes.state(thread)).isEqualTo("none");
    }

    @Test
    void a_missing_image_is_named_with_what_to_do() {
        Sandboxes without = new DockerSandboxes(
                DockerSetting.of(folder.resolve("workspaces"), folder.resolve("shared"), "holdpoint-missing:1"),
                workspaces);
        sandboxes = without;

        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("holdpoint-missing:1")
                .hasMessageContaining("docker pull");
    }
}
