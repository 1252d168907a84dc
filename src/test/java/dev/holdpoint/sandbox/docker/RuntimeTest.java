package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Recording;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A runtime that is named is tried out before it is relied on, and never replaced by another. */
@ExtendWith(SpareEngine.Extension.class)
@Timeout(120)
class RuntimeTest {

    @TempDir
    Path folder;

    private final SpareEngine engine;

    RuntimeTest(SpareEngine engine) {
        this.engine = engine;
    }

    private DockerSandboxes open(String runtime) throws IOException {
        SandboxSettings settings = engine.settings(folder.resolve("workspaces"), folder)
                .named("runtime", "owner")
                .with(b -> b.runtime = runtime);
        return new DockerSandboxes(settings, Workspaces.open(settings));
    }

    private static Optional<String> settled(DockerSandboxes sandboxes) {
        return await().atMost(Duration.ofSeconds(60))
                .until(sandboxes::problem, found -> !found.orElse("").contains("still being tried"));
    }

    @Test
    void a_runtime_that_works_is_no_problem_and_its_trial_leaves_nothing() throws Exception {
        try (DockerSandboxes sandboxes = open("runc")) {

            assertThat(settled(sandboxes)).isEmpty();

            assertThat(containers()).isEmpty();
        }
    }

    @Test
    void a_runtime_that_the_engine_does_not_know_is_told() throws Exception {
        try (DockerSandboxes sandboxes = open("nosuch")) {

            assertThat(settled(sandboxes).orElseThrow())
                    .contains("has no runtime nosuch", "HOLDPOINT_SANDBOX_RUNTIME")
                    .hasLineCount(1);
        }
    }

    @Test
    void a_runtime_that_is_known_and_does_not_work_is_told_and_not_replaced() throws Exception {
        try (DockerSandboxes sandboxes = open("broken")) {

            assertThat(settled(sandboxes).orElseThrow())
                    .contains("broken can't run a container", "HOLDPOINT_SANDBOX_RUNTIME")
                    .doesNotContain("/")
                    .hasLineCount(1);

            assertThat(containers()).isEmpty();
            assertThatThrownBy(() -> sandboxes
                            .of(ThreadId.create())
                            .exec(new ExecRequest("true", Duration.ofSeconds(30)), new Recording()))
                    .isInstanceOf(SandboxUnavailable.class);
        }
    }

    @Test
    void a_runtime_that_takes_its_time_does_not_hold_the_answer_up() throws Exception {
        try (DockerSandboxes sandboxes = open("slow")) {
            long start = System.nanoTime();

            Optional<String> first = sandboxes.problem();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(first.orElseThrow()).contains("still being tried");
            assertThat(settled(sandboxes).orElseThrow()).contains("slow can't run a container");
        }
    }

    private String containers() {
        return engine.engine().docker("ps", "-aq", "--filter", "label=" + ContainerSpec.INSTALLATION + "=runtime");
    }
}
