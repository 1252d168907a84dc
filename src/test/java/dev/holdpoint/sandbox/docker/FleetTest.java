package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.Overloaded;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blank containers, idle ones, and how many there may be. */
class FleetTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final FleetSettings USUAL =
            new FleetSettings(1, 3, 8, 10, Duration.ofMillis(500), Duration.ofHours(1), 0);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ThreadId> threads = new ArrayList<>();

    @TempDir
    Path folder = Path.of("");

    private final String installation = "fleet-" + ThreadId.create().value().substring(30);
    private final List<DockerSandboxes> opened = new ArrayList<>();

    private void open(FleetSettings fleet) throws IOException {
        SandboxSettings settings = DockerSetting.of(folder.resolve("workspaces"), folder.resolve("shared"))
                .with(b -> {
                    b.fleet = fleet;
                    b.installation = installation;
                });
        opened.add(new DockerSandboxes(settings, Workspaces.open(settings)));
        assertThat(sandboxes().problem()).isEmpty();
    }

    private DockerSandboxes sandboxes() {
        return opened.getFirst();
    }

    @AfterEach
    void close() {
        threads.forEach(sandboxes()::remove);
        sandboxes().close();
        executor.close();
        assertThat(containers("")).as("containers after the end").isEmpty();
    }

    private ThreadId newThread() {
        ThreadId thread = ThreadId.create();
        threads.add(thread);
        return thread;
    }

    private ExecResult run(ThreadId thread, String command) throws SandboxUnavailable, InterruptedException {
        return sandboxes().of(thread).exec(new ExecRequest(command, LONG), (stream, bytes) -> {});
    }

    private List<String> containers(String name) {
        return Surroundings.docker(
                        "ps",
                        "-a",
                        "--no-trunc",
                        "--format",
                        "{{.ID}}",
                        "--filter",
                        "label=" + ContainerSpec.INSTALLATION + "=" + installation,
                        "--filter",
                        "name=" + name)
                .lines()
                .toList();
    }

    private String blank() {
        await().atMost(LONG).until(() -> sandboxes().blanks().ready() == 1);
        return containers("-blank-").getFirst();
    }

    @Test
    void a_new_thread_finds_a_container_waiting_with_what_it_wrote_before() throws Exception {
        open(USUAL);
        String blank = blank();
        ThreadId thread = newThread();
        byte[] text = "kept".getBytes(StandardCharsets.UTF_8);
        sandboxes().of(thread).files().write("/workspace/note", new ByteArrayInputStream(text), 10);

        ExecResult result = run(thread, "[ \"$(cat note)\" = kept ] && touch seen && [ -z \"$(ls -A /tmp)\" ]");

        assertThat(result.exitCode()).isZero();
        assertThat(containers(thread.value())).containsExactly(blank);
        assertThat(sandboxes().of(thread).files().list("/workspace", false, 10).entries())
                .extracting(entry -> entry.path())
                .containsExactlyInAnyOrder("/workspace/note", "/workspace/seen");
    }

    @Test
    void a_container_is_never_given_to_two_threads() throws Exception {
        open(new FleetSettings(2, 12, 12, 20, LONG, Duration.ofHours(1), 0));
        blankCount(2);
        List<ThreadId> all = List.of(newThread(), newThread(), newThread(), newThread(), newThread());
        List<Future<ExecResult>> running = new ArrayList<>();
        for (ThreadId thread : all) {
            running.add(executor.submit(() -> run(thread, "echo " + thread + " > whose; sleep 1")));
        }

        for (Future<ExecResult> one : running) {
            assertThat(one.get().exitCode()).isZero();
        }

        for (ThreadId thread : all) {
            assertThat(containers(thread.value())).hasSize(1);
            assertThat(run(thread, "[ \"$(cat whose)\" = " + thread + " ] && [ \"$(ls | wc -l)\" = 1 ]")
                            .exitCode())
                    .isZero();
        }
    }

    private void blankCount(int count) {
        await().atMost(LONG).until(() -> sandboxes().blanks().ready() == count);
    }

    @Test
    void a_blank_container_that_died_is_replaced() throws Exception {
        open(USUAL);
        String dead = blank();
        Surroundings.docker("kill", dead);

        await().atMost(LONG).until(() -> sandboxes().blanks().ready() == 1 && !blank().equals(dead));

        assertThat(run(newThread(), "true").exitCode()).isZero();
    }

    @Test
    void a_sandbox_that_ran_nothing_for_long_is_stopped_and_comes_back_with_its_workspace() throws Exception {
        open(new FleetSettings(0, 3, 8, 10, LONG, Duration.ofSeconds(1), 0));
        ThreadId thread = newThread();
        run(thread, "echo kept > note");
        assertThat(sandboxes().state(thread)).isEqualTo("running");

        await().atMost(LONG).until(() -> sandboxes().state(thread).equals("stopped"));

        await().atMost(LONG).until(() -> containers(thread.value()).isEmpty());
        assertThat(run(thread, "[ \"$(cat note)\" = kept ]").exitCode()).isZero();
        assertThat(sandboxes().state(thread)).isEqualTo("running");
    }

    @Test
    void a_sandbox_in_which_a_command_runs_is_not_idle() throws Exception {
        open(new FleetSettings(0, 3, 8, 10, LONG, Duration.ofSeconds(1), 0));

        ExecResult result = run(newThread(), "sleep 4; exit 5");

        assertThat(result.exitCode()).isEqualTo(5);
    }

    @Test
    void at_the_ceiling_the_longest_idle_one_makes_room() throws Exception {
        open(new FleetSettings(0, 2, 8, 10, LONG, Duration.ofHours(1), 0));
        ThreadId first = newThread();
        ThreadId second = newThread();
        run(first, "true");
        run(second, "true");

        assertThat(run(newThread(), "true").exitCode()).isZero();

        assertThat(sandboxes().state(first)).isEqualTo("stopped");
        assertThat(sandboxes().state(second)).isEqualTo("running");
    }

    @Test
    void at_the_ceiling_with_nothing_idle_the_next_is_told_to_come_again() throws Exception {
        open(new FleetSettings(0, 1, 8, 10, Duration.ofMillis(500), Duration.ofHours(1), 0));
        ThreadId busy = newThread();
        Future<ExecResult> running = executor.submit(() -> run(busy, "touch up; sleep 5"));
        await().atMost(LONG)
                .until(() -> folder.resolve("workspaces")
                        .resolve(busy.value())
                        .resolve("up")
                        .toFile()
                        .exists());

        assertThatThrownBy(() -> run(newThread(), "true"))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("HOLDPOINT_SANDBOX_MAX");

        assertThat(running.get().outcome()).isEqualTo(Outcome.EXITED);
    }

    @Test
    void a_machine_short_of_memory_stops_what_is_idle() throws Exception {
        open(new FleetSettings(0, 3, 8, 10, LONG, Duration.ofHours(1), Long.MAX_VALUE));
        ThreadId thread = newThread();

        run(thread, "true");

        await().atMost(LONG).until(() -> sandboxes().state(thread).equals("stopped"));
    }
}
