package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged survives {@code kill -9}, and no effect happens twice. */
class CrashIT {

    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of("");

    @Test
    void acknowledged_threads_are_all_there() {
        Launch launch = new Launch(folder);
        List<String> made = new ArrayList<>();
        try (Service service = launch.start()) {
            for (int i = 0; i < 50; i++) {
                made.add(service.newThread());
            }
            service.kill();
        }

        try (Service service = launch.start()) {
            assertThat(service.json("/api/threads?limit=100").path("threads"))
                    .extracting(t -> t.path("thread_id").asText())
                    .containsExactlyInAnyOrderElementsOf(made);
        }
    }

    @Test
    void a_turn_that_waits_can_still_be_decided_and_has_one_effect() {
        Launch launch = new Launch(folder);
        String thread;
        try (Service service = launch.start()) {
            thread = service.newThread();
            service.chat(thread, "run: echo once >> /workspace/log").awaitText("\"interrupt\"");
            service.kill();
        }

        try (Service service = launch.start()) {
            assertThat(service.statusOfThread(thread)).isEqualTo("interrupted");
            service.post("/api/resume/" + thread, "{\"action\":\"approve\"}");
            service.awaitStatus(thread, "idle", RECOVERY);
            assertThat(service.file(thread, "/workspace/log")).isEqualTo("once\n");
            assertThat(service.events(thread)).containsOnlyOnce("event: TOOL_CALL_RESULT");
        }
    }

    @Test
    void a_command_that_ran_is_told_as_unknown_and_not_run_again() {
        Launch launch = new Launch(folder).set("HOLDPOINT_INTERRUPT_ON", "none");
        String thread;
        try (Service service = launch.start()) {
            thread = service.newThread();
            service.chat(thread, "run: echo x >> /workspace/log; echo begun; sleep 31.4159")
                    .awaitText("begun\\n");
            service.kill();
        }
        await("the end of what ran in the sandbox")
                .atMost(Duration.ofSeconds(5))
                .until(() -> !isRunning("31.4159"));

        try (Service service = launch.start()) {
            service.awaitStatus(thread, "idle", RECOVERY);
            assertThat(service.file(thread, "/workspace/log")).isEqualTo("x\n");
            assertThat(service.events(thread))
                    .containsOnlyOnce("outcome_unknown")
                    .contains("RUN_FINISHED");
        }
    }

    @Test
    void a_model_that_was_speaking_is_asked_again() {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start()) {
            endpoint.enqueue(Answer.text("half of an answer").stallAfter(2), Answer.text("the whole answer"));
            Launch launch = new Launch(folder)
                    .set("HOLDPOINT_MODEL_BASE_URL", endpoint.baseUrl().toString());
            String thread;
            try (Service service = launch.start()) {
                thread = service.newThread();
                service.chat(thread, "speak").awaitText("half");
                service.kill();
            }

            try (Service service = launch.start()) {
                service.awaitStatus(thread, "idle", RECOVERY);
                assertThat(service.events(thread)).contains("the whole answer").doesNotContain("half of");
                assertThat(endpoint.requests()).hasSize(2);
            }
        }
    }

    /** Whether any process of this machine has this in its command line. */
    static boolean isRunning(String mark) {
        return ProcessHandle.allProcesses()
                .anyMatch(p -> p.info().commandLine().orElse("").contains(mark));
    }
}
