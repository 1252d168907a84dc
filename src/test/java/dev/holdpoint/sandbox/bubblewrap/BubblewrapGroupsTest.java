package dev.holdpoint.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds all commands of a thread together, where this machine lets the tests make control groups. */
class BubblewrapGroupsTest extends SandboxFixture {

    /** Each of them stays below the limit of a process, and all together don't. */
    private static final String MANY_HOGS = """
            exec python3 -c '
            import os, time
            for i in range(4):
                if not os.fork():
                    hog = b"x" * (400 << 20)
                    time.sleep(4)
                    os._exit(0)
            for i in range(4):
                if os.wait()[1]:
                    os.kill(os.getpid(), 9)'
            """;

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return BubblewrapSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }

    private ControlGroups groups(boolean serviceIsRoot) {
        return ControlGroups.of(settings, serviceIsRoot);
    }

    @Test
    void memory_is_limited_for_all_processes_together_and_reported_as_what_it_was() throws Exception {
        boolean limited = groups(workspaces.user().serviceIsRoot()).areThere();

        Ran ran = run(MANY_HOGS);

        assertThat(ran.result().outcome()).isEqualTo(limited ? Outcome.OOM_KILLED : Outcome.EXITED);
        assertThat(run("echo still here; kill -9 $$").result().exitCode()).isEqualTo(137);
    }

    @Test
    void a_group_is_made_once_and_goes_with_its_thread() throws Exception {
        ControlGroups groups = groups(workspaces.user().serviceIsRoot());
        run("true");

        List<Path> made = groups.make(thread);
        sandboxes.remove(thread);

        assertThat(made)
                .hasSize(groups.areThere() ? made.size() : 0)
                .allSatisfy(group -> assertThat(group).doesNotExist());
    }

    @Test
    void a_service_that_is_not_root_has_none_and_runs_commands_all_the_same() throws IOException {
        ControlGroups none = groups(false);

        assertThat(none.areThere()).isFalse();
        assertThat(none.make(thread)).isEmpty();
        assertThat(none.killedForMemory(thread)).isFalse();
    }
}
