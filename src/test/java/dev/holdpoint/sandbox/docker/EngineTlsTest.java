package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Recording;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine behind TCP and TLS, with good certificates and bad ones. */
@ExtendWith(SpareEngine.Extension.class)
@Timeout(120)
class EngineTlsTest {

    @TempDir
    Path folder;

    private final SpareEngine engine;
    private final ThreadId thread = ThreadId.create();

    EngineTlsTest(SpareEngine engine) {
        this.engine = engine;
    }

    private DockerSandboxes open(URI host, @Nullable Path certificates) throws IOException {
        SandboxSettings settings = DockerSetting.of(folder.resolve("workspaces"), folder)
                .with(b -> {
                    b.dockerHost = host;
                    b.dockerCerts = certificates;
                });
        return new DockerSandboxes(settings, Workspaces.open(settings));
    }

    @Test
    void commands_run_and_print_through_tls() throws Exception {
        try (DockerSandboxes sandboxes =
                open(engine.address(), engine.certificates().resolve("good"))) {
            Recording output = new Recording();
            ExecResult result = sandboxes
                    .of(thread)
                    .exec(new ExecRequest("echo out; echo err >&2; exit 3", Duration.ofSeconds(30)), output);

            assertThat(sandboxes.problem()).isEmpty();
            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(output.out()).isEqualTo("out\n");
            assertThat(output.err()).isEqualTo("err\n");
            sandboxes.remove(thread);
        }
    }

    @ParameterizedTest
    @CsvSource({"wary, not from the authority in ca.pem", "stranger, refuses cert.pem"})
    void a_certificate_that_is_not_trusted_is_named_in_one_line(String client, String expected) throws Exception {
        try (DockerSandboxes sandboxes =
                open(engine.address(), engine.certificates().resolve(client))) {

            // Now and then the connection is cut before the engine's reason is read.
            await().untilAsserted(() -> {
                assertThat(sandboxes.problem().orElseThrow())
                        .contains(expected)
                        .contains("DOCKER_CERT_PATH")
                        .hasLineCount(1);
                assertThatThrownBy(() -> sandboxes
                                .of(thread)
                                .exec(new ExecRequest("true", Duration.ofSeconds(30)), new Recording()))
                        .isInstanceOf(SandboxUnavailable.class)
                        .hasMessageContaining(expected);
            });
        }
    }

    @Test
    void an_engine_that_wants_tls_says_which_settings_to_make() throws Exception {
        try (DockerSandboxes sandboxes = open(engine.address(), null)) {

            String problem = sandboxes.problem().orElseThrow();

            assertThat(problem).contains("DOCKER_TLS_VERIFY=1").contains("DOCKER_CERT_PATH");
        }
    }

    @Test
    void a_certificate_for_another_name_is_refused() throws Exception {
        URI other = URI.create(engine.address().toString().replace("127.0.0.1", "127.0.0.2"));
        try (DockerSandboxes sandboxes = open(other, engine.certificates().resolve("good"))) {

            assertThat(sandboxes.problem()).isPresent();
        }
    }

    @Test
    void a_key_that_is_none_is_told_before_anything_starts() throws Exception {
        Path broken = Files.createDirectory(folder.resolve("certificates"));
        for (String name : new String[] {"ca.pem", "cert.pem", "key.pem"}) {
            Files.writeString(broken.resolve(name), "nothing\n");
        }

        assertThatThrownBy(() -> open(engine.address(), broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DOCKER_CERT_PATH");
    }
}
