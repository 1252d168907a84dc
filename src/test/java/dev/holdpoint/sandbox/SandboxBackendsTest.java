package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxBackendsTest {

    @TempDir
    Path folder;

    private SandboxSettings settings(Backend backend, @Nullable URI host, Mode network) {
        return SandboxSettings.of(backend, "test", "owner", folder.resolve("ws"))
                .with(b -> {
                    b.dockerHost = host;
                    b.image = "no-such-image";
                    b.network = NetworkSettings.of(network);
                });
    }

    private URI noEngine() {
        return URI.create("unix://" + folder.resolve("no.sock"));
    }

    @Test
    void auto_takes_docker_when_its_engine_answers() throws Exception {
        try (Sandboxes sandboxes = SandboxBackends.open(settings(Backend.AUTO, null, Mode.NONE))) {
            assertThat(sandboxes.backend()).isEqualTo("docker");
        }
    }

    @Test
    void auto_takes_bubblewrap_when_no_engine_answers() throws Exception {
        try (Sandboxes sandboxes = SandboxBackends.open(settings(Backend.AUTO, noEngine(), Mode.NONE))) {
            assertThat(sandboxes.backend()).isEqualTo("bubblewrap");
            assertThat(sandboxes.problem()).isEmpty();
        }
    }

    @Test
    void auto_never_gives_a_network_up_in_silence() throws Exception {
        try (Sandboxes sandboxes = SandboxBackends.open(settings(Backend.AUTO, noEngine(), Mode.BRIDGE))) {
            assertThat(sandboxes.backend()).isEqualTo("none");
            assertThat(sandboxes.problem().orElseThrow()).contains("Docker engine", "bubblewrap");
        }
    }

    @Test
    void auto_never_replaces_a_runtime_that_is_named() throws Exception {
        SandboxSettings named = settings(Backend.AUTO, noEngine(), Mode.NONE).with(b -> b.runtime = "runsc");
        try (Sandboxes sandboxes = SandboxBackends.open(named)) {
            assertThat(sandboxes.backend()).isEqualTo("docker");
            assertThat(sandboxes.problem().orElseThrow()).contains("Docker engine does not answer");
        }
    }

    @Test
    void without_a_sandbox_files_work_and_commands_say_why_not() throws Exception {
        ThreadId thread = ThreadId.create();
        try (Sandboxes sandboxes = SandboxBackends.open(settings(Backend.AUTO, noEngine(), Mode.BRIDGE))) {
            Sandbox sandbox = sandboxes.of(thread);
            sandbox.files().write("/workspace/a", new ByteArrayInputStream(new byte[] {1}), 1);

            assertThat(sandbox.files().stat("/workspace/a").size()).isEqualTo(1);
            ExecRequest request = new ExecRequest("true", Duration.ofSeconds(5));
            assertThatThrownBy(() -> sandbox.exec(request, new Recording()))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("commands can't run here");
        }
    }

    @Test
    void docker_by_name_is_not_replaced_when_its_engine_is_down() throws Exception {
        try (Sandboxes sandboxes = SandboxBackends.open(settings(Backend.DOCKER, noEngine(), Mode.NONE))) {
            assertThat(sandboxes.backend()).isEqualTo("docker");
            assertThat(sandboxes.problem().orElseThrow()).contains("Docker engine does not answer");
        }
    }

    @Test
    void bubblewrap_by_name_refuses_a_network() {
        SandboxSettings contradictory = settings(Backend.BUBBLEWRAP, null, Mode.BRIDGE);

        assertThatThrownBy(() -> SandboxBackends.open(contradictory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HOLDPOINT_SANDBOX_NETWORK=none");
    }
}
