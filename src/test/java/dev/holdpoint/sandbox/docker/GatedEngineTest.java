package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.sandbox.SandboxContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy before the engine that lets exactly those calls through which the documentation lists. */
@Timeout(120)
class GatedEngineTest extends SandboxContract {

    private static final Path ENGINE = Path.of("/var/run/docker.sock");

    private final EngineGate gate;

    /** After the fixture has closed the sandboxes. */
    @RegisterExtension
    final AfterEachCallback nothingElseWasAsked = context -> {
        gate().close();
        assertThat(gate().refused()).isEmpty();
    };

    GatedEngineTest() throws IOException {
        gate = new EngineGate(ENGINE, AllowedCalls.documented());
    }

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        Path socket = folder.resolve("gate.sock");
        try {
            gate.listen(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DockerSetting.of(root, shared).with(b -> b.dockerHost = URI.create("unix://" + socket));
    }

    private EngineGate gate() {
        return gate;
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @Test
    void a_timeout_and_a_runtime_need_nothing_more() throws Exception {
        sandboxes.close();
        sandboxes = make(settings.with(b -> b.runtime = "runc"), workspaces);

        assertThat(sandboxes.problem().orElse("")).doesNotContain("can't");
        assertThat(run("sleep 20", Duration.ofSeconds(1)).result().exitCode()).isNull();
        assertThat(run("echo again").out()).isEqualTo("again\n");
        sandboxes.sweep(Set::of);
    }

    @Test
    void blank_sandboxes_and_idle_ones_need_nothing_more() throws Exception {
        sandboxes.close();
        sandboxes = make(settings.with(b -> b.fleet = DockerSetting.fleet(1, Duration.ofSeconds(1))), workspaces);
        sandboxes.problem();
        run("echo kept > note");

        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> sandboxes.state(thread).equals("stopped"));

        assertThat(run("cat note").out()).isEqualTo("kept\n");
    }

    @Test
    void an_image_that_is_missing_is_asked_for() {
        sandboxes.close();
        sandboxes = make(settings.with(b -> b.image = "127.0.0.1:1/holdpoint/missing:1"), workspaces);

        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("can't be pulled");
    }

    @Test
    void a_call_that_is_not_listed_is_refused() throws Exception {
        try (DockerEngine engine = new DockerEngine(settings.dockerHost(), null)) {

            assertThatThrownBy(() -> engine.client().versionCmd().exec()).isInstanceOf(DockerException.class);
        }
        assertThat(gate.refused()).containsExactly("GET /version");
        gate.refused().clear();
    }
}
