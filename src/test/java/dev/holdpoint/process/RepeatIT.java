package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is killed after it carried a request out, and before anybody read the answer: sent again to the next
 * one, the request has the same answer, and there is one effect.
 */
class RepeatIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final String KEY = "a-request";
    private static final String APPROVE = "{\"action\":\"approve\"}";

    @TempDir
    Path folder = Path.of("");

    @Test
    void a_session() {
        Launch launch = new Launch(folder);
        String thread;
        try (Service service = launch.start()) {
            service.send("/api/sessions", KEY, "{}");
            await("the thread").atMost(SOON).until(() -> threads(service).size() == 1);
            thread = threads(service).path(0).path("thread_id").asText();
            service.kill();
        }

        try (Service service = launch.start()) {
            JsonNode again = service.post("/api/sessions", KEY, "{}");

            assertThat(again.path("thread_id").asText()).isEqualTo(thread);
            assertThat(threads(service)).hasSize(1);
        }
    }

    private static JsonNode threads(Service service) {
        return service.json("/api/threads").path("threads");
    }

    @Test
    void a_chat() {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start()) {
            endpoint.enqueue(Answer.text("never heard").stallAfter(0), Answer.text("the answer"));
            Launch launch = new Launch(folder)
                    .set("HOLDPOINT_MODEL_BASE_URL", endpoint.baseUrl().toString());
            String thread;
            try (Service service = launch.start()) {
                thread = service.newThread();
                service.send("/api/chat/" + thread, KEY, "{\"message\":\"go\"}");
                service.awaitStatus(thread, "running", SOON);
                service.kill();
            }

            try (Service service = launch.start()) {
                String stream = service.text("/api/chat/" + thread, KEY, "{\"message\":\"go\"}");

                assertThat(stream).contains("the answer", "event: RUN_FINISHED");
                assertThat(stream).containsOnlyOnce("event: RUN_STARTED");
                assertThat(service.events(thread)).containsOnlyOnce("event: RUN_STARTED");
                assertThat(service.json("/api/threads/" + thread + "/messages").path("messages"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void a_decision() {
        Launch launch = new Launch(folder);
        String thread;
        try (Service service = launch.start()) {
            thread = service.newThread();
            service.chat(thread, "run: echo x >> /workspace/log").awaitText("\"interrupt\"");
            service.send("/api/resume/" + thread, KEY, APPROVE);
            await("the decision")
                    .atMost(SOON)
                    .until(() -> !service.statusOfThread(thread).equals("interrupted"));
            service.kill();
        }

        try (Service service = launch.start()) {
            JsonNode first = service.post("/api/resume/" + thread, KEY, APPROVE);
            service.awaitStatus(thread, "idle", RECOVERY);
            JsonNode late = service.post("/api/resume/" + thread, KEY, APPROVE);

            assertThat(first.path("success").asBoolean()).as(first.toString()).isTrue();
            assertThat(late).isEqualTo(first);
            // Killed just before its program began, the call is told as unknown, and not run again.
            assertThat(service.file(thread, "/workspace/log")).doesNotContain("x\nx");
            assertThat(service.events(thread)).containsOnlyOnce("event: TOOL_CALL_RESULT");
        }
    }

    @Test
    void a_command_that_was_running() {
        Launch launch = new Launch(folder);
        String body = "{\"command\":\"echo x >> log; sleep 31.6227\"}";
        String thread;
        try (Service service = launch.start()) {
            thread = service.newThread();
            service.send("/api/threads/" + thread + "/exec", KEY, body);
            await("the command")
                    .atMost(SOON)
                    .until(() -> service.file(thread, "/workspace/log").equals("x\n"));
            service.kill();
        }

        try (Service service = launch.start()) {
            JsonNode again = service.post("/api/threads/" + thread + "/exec", KEY, body);

            assertThat(again.path("outcome").asText()).as(again.toString()).isEqualTo("outcome_unknown");
            assertThat(again.path("exit_code").isNull()).isTrue();
            assertThat(service.file(thread, "/workspace/log")).isEqualTo("x\n");
        }
    }

    @Test
    void a_command_that_had_ended() {
        Launch launch = new Launch(folder);
        String body = "{\"command\":\"echo x >> log; echo hi; exit 3\"}";
        String thread;
        JsonNode first;
        try (Service service = launch.start()) {
            thread = service.newThread();
            String path = "/api/threads/" + thread + "/exec";
            service.send(path, KEY, body);
            first = await("the answer")
                    .atMost(SOON)
                    .until(() -> service.post(path, KEY, body), answer -> answer.has("outcome"));
            service.kill();
        }

        try (Service service = launch.start()) {
            JsonNode again = service.post("/api/threads/" + thread + "/exec", KEY, body);

            assertThat(again).isEqualTo(first);
            assertThat(again.path("exit_code").asInt()).isEqualTo(3);
            assertThat(service.file(thread, "/workspace/log")).isEqualTo("x\n");
        }
    }
}
