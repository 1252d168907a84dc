package dev.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The published AG-UI client works with the service, as it is. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class AgUiClientTest {

    private static final Path FOLDER = Path.of("src", "test", "agui");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ScriptedEndpoint model = ServiceUnderTest.model().reset();

    @Test
    void the_published_client_chats_is_held_and_goes_on() throws Exception {
        if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
            run("npm", "ci", "--no-audit", "--no-fund");
        }
        model.enqueue(
                Answer.text("Hello, dear client.").reasoning("A greeting."),
                Answer.calls(
                        new ToolCall("call_ls", "ls", "{\"path\":\"/workspace\"}"),
                        new ToolCall(
                                "call_write",
                                "write_file",
                                "{\"file_path\":\"/workspace/a.sh\",\"content\":\"echo one\\n\"}"),
                        new ToolCall("call_run", "execute", "{\"command\":\"sh a.sh\"}")),
                Answer.text("It printed two."),
                Answer.calls(new ToolCall("call_no", "execute", "{\"command\":\"true\"}")),
                Answer.text("Then not."));

        String said = run("node", "drive.mjs", Api.baseUrl());

        assertThat(said)
                .contains("plain turn: ok")
                .contains("interrupted turn: ok")
                .contains("resumed turn: ok")
                .contains("cancelled interrupt: ok");
        assertThat(model.remaining()).isZero();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("agui", ".log");
        try {
            Process process = start(output, command);
            boolean inTime = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!inTime) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(inTime)
                    .as("%s ended within %s: %s", String.join(" ", command), LIMIT, said)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), said)
                    .isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }

    private static Process start(Path output, String... command) {
        try {
            return new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return fail(
                    command[0] + " can't be started. This test needs Node.js 20 or newer and npm: on Debian or Ubuntu, "
                            + "apt-get install nodejs npm.",
                    e);
        }
    }
}
