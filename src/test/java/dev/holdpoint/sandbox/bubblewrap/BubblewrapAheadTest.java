package dev.holdpoint.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The sandbox that is opened ahead of a thread's next command. */
class BubblewrapAheadTest extends SandboxFixture {

    private static final int MOST = 2;
    private static final Duration IDLE = Duration.ofMillis(1500);

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return BubblewrapSetting.of(root, shared)
                .with(b -> b.fleet = new FleetSettings(0, MOST, 64, 1_000, Duration.ofSeconds(60), IDLE, 0));
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }

    /** Those of other tests in this process. */
    private final Set<ProcessHandle> others = ProcessHandle.current().children().collect(Collectors.toSet());

    /** The processes of this test's own that hold the folder of some thread, but for those that wait to be reaped. */
    private List<ProcessHandle> waiting() {
        return ProcessHandle.current()
                .children()
                .filter(child -> !others.contains(child) && comm(child).equals("bwrap"))
                .toList();
    }

    private static String comm(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.contains(") Z ") ? "dead" : stat.replaceAll("(?s).*\\((.*)\\).*", "$1");
        } catch (IOException e) {
            return "gone";
        }
    }

    private void awaitWaiting(int number) {
        await().untilAsserted(() -> assertThat(waiting()).hasSize(number));
    }

    @Test
    void after_a_command_one_waits_for_the_next_and_does_not_count_as_running() throws Exception {
        run("true");
        awaitWaiting(1);
        long waits = waiting().getFirst().pid();

        assertThat(sandboxes.state(thread)).isEqualTo("none");
        assertThat(sandboxes.running()).isZero();
        Ran ran = run("tr '\\0' '\\n' </proc/1/cmdline | head -1; exit 3");

        assertThat(ran.result().exitCode()).isEqualTo(3);
        assertThat(ran.out()).isEqualTo("bwrap\n");
        await().untilAsserted(() -> assertThat(waiting())
                .singleElement()
                .satisfies(next -> assertThat(next.pid()).isNotEqualTo(waits)));
    }

    @Test
    void one_that_died_is_replaced_without_a_trace() throws Exception {
        run("true");
        awaitWaiting(1);
        ProcessHandle waits = waiting().getFirst();
        waits.destroyForcibly();
        waits.onExit().join();

        Ran ran = run("echo fresh; echo x >>runs");

        assertThat(ran.out()).isEqualTo("fresh\n");
        assertThat(ran.output().err()).isEmpty();
        assertThat(run("cat runs").out()).isEqualTo("x\n");
    }

    @Test
    void one_that_has_another_workspace_or_shared_folder_mounted_is_not_used() throws Exception {
        run("touch old");
        awaitWaiting(1);
        Files.move(workspaces.prepare(thread), folder.resolve("away"));
        Files.move(folder.resolve("shared"), folder.resolve("shared-away"));
        Files.writeString(Files.createDirectory(folder.resolve("shared")).resolve("new.txt"), "x");
        workspaces.prepare(thread);

        Ran ran = run("ls -A /workspace /shared; touch new");

        assertThat(ran.out()).isEqualTo("/shared:\nnew.txt\n\n/workspace:\n");
        assertThat(folder.resolve("away").resolve("new")).doesNotExist();
    }

    @Test
    void one_that_waits_for_too_long_ends() throws Exception {
        run("true");
        awaitWaiting(1);

        await().atMost(IDLE.plusSeconds(5))
                .untilAsserted(() -> assertThat(waiting()).isEmpty());

        assertThat(run("echo still here").out()).isEqualTo("still here\n");
    }

    @Test
    void there_are_no_more_than_may_run() throws Exception {
        List<ThreadId> threads = List.of(ThreadId.create(), ThreadId.create(), ThreadId.create(), ThreadId.create());
        for (ThreadId each : threads) {
            run(each, "true", LONG);
        }

        await().during(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(waiting()).hasSizeLessThanOrEqualTo(MOST).isNotEmpty());

        threads.forEach(sandboxes::remove);
    }

    @Test
    void removing_a_thread_and_closing_end_it() throws Exception {
        ThreadId other = ThreadId.create();
        run("true");
        run(other, "true", LONG);
        awaitWaiting(2);

        sandboxes.remove(other);
        awaitWaiting(1);
        sandboxes.close();

        assertThat(waiting()).isEmpty();
        sandboxes = make(settings, Workspaces.open(settings));
    }

    @Test
    void a_command_that_was_not_given_whole_never_runs() throws Exception {
        BubblewrapLauncher launcher = new BubblewrapLauncher(settings, workspaces);
        workspaces.prepare(thread);
        try (WaitingShell shell = launcher.launch(thread)) {
            Files.writeString(shell.command(), "touch /workspace/ran");
            shell.process().getOutputStream().close();

            assertThat(shell.process().waitFor()).isNotZero();
        } finally {
            launcher.close();
        }
        assertThat(workspaces.prepare(thread).resolve("ran")).doesNotExist();
    }
}
