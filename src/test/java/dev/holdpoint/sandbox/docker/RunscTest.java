package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxFixture;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on gVisor's kernel instead of the host's. */
@ExtendWith(SpareEngine.Extension.class)
@Timeout(120)
class RunscTest extends SandboxFixture {

    private static final String TICK = "while :; do echo x >> /workspace/ticks; sleep 0.1; done";

    private final SpareEngine engine;

    RunscTest(SpareEngine engine) {
        this.engine = engine;
    }

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return engine.settings(root, shared).with(b -> b.runtime = "runsc");
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        Sandboxes made = new DockerSandboxes(settings, workspaces);
        Awaitility.await()
                .atMost(LONG)
                .until(made::problem, found -> !found.orElse("").contains("still being tried"));
        return made;
    }

    @Test
    void a_command_runs_on_another_kernel_and_keeps_streams_and_exit_code() throws Exception {
        Ran ran = run("dmesg | head -n 1; echo err >&2; exit 3");

        assertThat(ran.out()).contains("Starting gVisor");
        assertThat(ran.output().err()).isEqualTo("err\n");
        assertThat(ran.result().exitCode()).isEqualTo(3);
    }

    @Test
    void files_are_the_same_inside_and_outside() throws Exception {
        write("/workspace/a", "from the host");

        assertThat(run("cat a; echo back > b").out()).isEqualTo("from the host");
        assertThat(read("/workspace/b")).isEqualTo("back\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {TICK, "(setsid sh -c '(" + TICK + ") &' &) ; sleep 60"})
    void a_timeout_kills_the_whole_tree(String command) throws Exception {
        run("true");

        Ran ran = run(command, Duration.ofSeconds(2));

        assertThat(ran.result().outcome()).isEqualTo(Outcome.TIMED_OUT);
        Path ticks = workspaces.prepare(thread).resolve("ticks");
        long size = Files.size(ticks);
        Awaitility.await().during(Duration.ofMillis(500)).until(() -> Files.size(ticks) == size);
        assertThat(run("echo still here").out()).isEqualTo("still here\n");
    }

    @Test
    void a_command_is_confined() throws Exception {
        Ran ran = run("""
                id -u
                grep -c -E 'Cap(Inh|Prm|Eff|Bnd):.0{16}' /proc/self/status
                tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '
                for place in / /usr /etc /dev /shared /proc/sys/kernel /sys /home; do
                  (echo x > $place/holdpoint_test) 2>/dev/null && echo wrote $place
                done
                cat /var/run/docker.sock /etc/shadow 2>/dev/null
                head -c 300M /dev/zero 2>/dev/null > /tmp/large || echo full
                """);

        assertThat(ran.out()).isEqualTo(workspaces.user().uid() + "\n4\nlo\nfull\n");
    }

    @Test
    void too_many_processes_end_the_sandbox_and_the_next_command_has_a_new_one() throws Exception {
        run("true");

        Ran ran = run("for i in $(seq 400); do sleep 20 & done; wait", Duration.ofSeconds(30));

        assertThat(ran.result().outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(run("echo new").out()).isEqualTo("new\n");
    }
}
