package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Recording;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of one installation on one engine and one workspace root. */
@Timeout(120)
class SharedContainerTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private DockerSandboxes a;
    private DockerSandboxes b;

    @BeforeEach
    void open() throws IOException {
        a = open("a");
        b = open("b");
    }

    private DockerSandboxes open(String owner) throws IOException {
        SandboxSettings settings = settings(owner);
        return new DockerSandboxes(settings, Workspaces.open(settings));
    }

    private SandboxSettings settings(String owner) {
        SandboxSettings usual = DockerSetting.of(folder.resolve("workspaces"), folder.resolve("shared"));
        return usual.named(usual.installation(), owner);
    }

    @AfterEach
    void close() {
        a.remove(thread);
        a.close();
        b.close();
        executor.close();
    }

    private record Ran(ExecResult result, String out) {}

    private Ran run(DockerSandboxes in, String command) throws SandboxUnavailable, InterruptedException {
        return run(in.of(thread), command);
    }

    private static Ran run(Sandbox in, String command) throws SandboxUnavailable, InterruptedException {
        Recording output = new Recording();
        return new Ran(
                in.exec(new ExecRequest(command, LONG), output), output.out().strip());
    }

    /** Starts a command that runs until its container goes, and waits until it is up. */
    private Future<Ran> start(DockerSandboxes in) {
        Path up = folder.resolve("workspaces").resolve(thread.value()).resolve("up");
        Future<Ran> running = executor.submit(() -> run(in, "touch up; sleep 50"));
        await().atMost(LONG).until(() -> Files.exists(up));
        return running;
    }

    private String container() throws IOException, InterruptedException {
        return docker("ps", "-q", "--no-trunc", "--filter", "name=" + thread);
    }

    private static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }

    @Test
    void a_command_runs_in_the_container_that_another_process_made_beside_its_command() throws Exception {
        Future<Ran> first = start(a);
        String made = container();

        Ran second = run(b, "grep -qx sleep /proc/[0-9]*/comm && echo together");

        assertThat(second.out()).isEqualTo("together");
        assertThat(container()).isEqualTo(made);
        assertThat(first.isDone()).isFalse();
        assertThat(a.running()).isEqualTo(1);
        assertThat(b.running()).isZero();
        assertThat(b.state(thread)).isEqualTo("running");
    }

    @Test
    void whoever_is_first_makes_the_container() throws Exception {
        run(b, "echo kept > /tmp/note");

        assertThat(run(a, "cat /tmp/note").out()).isEqualTo("kept");
        assertThat(run(b, "cat /tmp/note").out()).isEqualTo("kept");
    }

    @Test
    void a_race_for_the_first_command_ends_with_one_container_and_no_failure() throws Exception {
        for (int round = 0; round < 3; round++) {
            List<Callable<Ran>> commands = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                DockerSandboxes in = i % 2 == 0 ? a : b;
                commands.add(() -> run(in, "sleep 1; cat /proc/sys/kernel/random/boot_id /proc/1/stat | cut -c 1-40"));
            }

            List<Future<Ran>> all = executor.invokeAll(commands);

            for (Future<Ran> ran : all) {
                assertThat(ran.get().result().exitCode()).isEqualTo(0);
            }
            assertThat(container().lines()).hasSize(1);
            a.remove(thread);
            b.remove(thread);
        }
    }

    @Test
    void a_container_that_does_not_run_is_replaced() throws Exception {
        run(a, "true");
        String made = container();
        docker("stop", "-t", "0", made);

        assertThat(run(b, "echo on").out()).isEqualTo("on");
        assertThat(container()).isNotEmpty().isNotEqualTo(made);
        assertThat(run(a, "echo too").out()).isEqualTo("too");
    }

    @Test
    void a_container_that_was_never_started_is_replaced() throws Exception {
        String name = new ContainerSpec(settings("b"), Workspaces.open(settings("b"))).name(thread);
        docker(
                "create",
                "--name",
                name,
                "--label",
                ContainerSpec.INSTALLATION + "=" + settings("c").installation(),
                "--label",
                ContainerSpec.OWNER + "=c",
                settings("c").image(),
                "true");

        assertThat(run(b, "echo on").out()).isEqualTo("on");
    }

    @Test
    void a_container_of_somebody_else_in_the_way_is_left_alone() throws Exception {
        String name = new ContainerSpec(settings("b"), Workspaces.open(settings("b"))).name(thread);
        String foreign = docker("create", "--name", name, settings("b").image(), "true");
        try {
            assertThatThrownBy(() -> run(b, "true"))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining(name);
            assertThat(docker("ps", "-aq", "--no-trunc")).contains(foreign);
        } finally {
            docker("rm", foreign);
        }
    }

    @Test
    void closing_leaves_what_another_process_made_and_its_commands() throws Exception {
        Future<Ran> first = start(a);
        run(b, "true");

        b.close();

        b = open("b2");
        assertThat(run(b, "echo still").out()).isEqualTo("still");
        assertThat(first.isDone()).isFalse();
    }

    @Test
    void a_command_in_a_container_whose_maker_closes_is_lost_and_the_next_one_runs() throws Exception {
        run(a, "true");
        Future<Ran> shared = start(b);

        a.close();

        assertThat(shared.get().result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(run(b, "ls").out()).isEqualTo("up");
        assertThat(b.running()).isEqualTo(1);
        a = open("a2");
    }

    @Test
    void sweeping_spares_the_living_and_ends_what_the_dead_left() throws Exception {
        Future<Ran> first = start(a);

        b.sweep(() -> Set.of("a", "b"));
        assertThat(first.isDone()).isFalse();
        assertThat(container()).isNotEmpty();
        b.sweep(() -> Set.of("b"));

        assertThat(container()).isEmpty();
        assertThat(first.get().result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(run(b, "ls").out()).isEqualTo("up");
    }

    @Test
    void sweeping_ends_also_unstarted_ones_and_those_without_an_owner_but_no_other_installations() throws Exception {
        String installation = ContainerSpec.INSTALLATION + "=" + settings("a").installation();
        String image = settings("a").image();
        String unstarted =
                docker("create", "--label", installation, "--label", ContainerSpec.OWNER + "=dead", image, "true");
        String older = docker("create", "--label", installation, image, "true");
        String foreign = docker("create", "--label", ContainerSpec.INSTALLATION + "=other-" + thread, image, "true");
        String unlabelled = docker("create", image, "true");

        a.sweep(() -> Set.of());

        String all = docker("ps", "-aq", "--no-trunc");
        docker("rm", foreign, unlabelled);
        assertThat(all).doesNotContain(unstarted, older).contains(foreign, unlabelled);
    }

    @Test
    void deleting_through_another_process_ends_the_command_and_leaves_nothing() throws Exception {
        Future<Ran> first = start(a);
        Sandbox held = a.of(thread);

        b.remove(thread);

        assertThat(first.get().result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThatThrownBy(() -> run(held, "true")).isInstanceOf(SandboxUnavailable.class);
        assertThat(docker("ps", "-aq", "--filter", "name=" + thread)).isEmpty();
        try (var left = Files.list(folder.resolve("workspaces"))) {
            assertThat(left.map(path -> path.getFileName().toString()).collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder(".baselines", ".staging", ".made", ".claims");
        }
    }

    @Test
    void an_out_of_memory_kill_in_the_past_of_a_shared_container_is_not_the_next_commands() throws Exception {
        Ran greedy = run(a, "exec python3 -c 'b = bytearray(3 << 30)'");
        assertThat(greedy.result().outcome()).isEqualTo(Outcome.OOM_KILLED);

        assertThat(run(b, "kill -9 $$").result().exitCode()).isEqualTo(137);
    }
}
