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

/** Asked to end, the service ends soon and in good order, and its turns go on after the next start. */
class StopIT {

    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of("");

    @Test
    void under_load_it_goes_unready_ends_streams_and_leaves_no_process() {
        Launch launch = new Launch(folder).set("HOLDPOINT_INTERRUPT_ON", "write_file");
        List<String> threads = new ArrayList<>();
        List<Service.Chat> chats = new ArrayList<>();
        try (Service service = launch.start()) {
            for (int i = 0; i < 5; i++) {
                threads.add(service.newThread());
                chats.add(service.chat(threads.get(i), "run: echo x >> /workspace/log; echo begun; sleep 27.1828"));
            }
            String waiting = service.newThread();
            chats.add(service.chat(waiting, "write note.txt: hello").awaitText("\"interrupt\""));
            chats.subList(0, 5).forEach(chat -> chat.awaitText("begun\\n"));

            service.terminate();

            await("readiness to be off")
                    .atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> service.statusOf("/q/health/ready") == 503);
            assertThat(service.awaitEnd(STOP)).as(service.log()).isIn(0, 143);
            assertThat(chats).allSatisfy(chat -> {
                assertThat(chat.endsWithin(Duration.ofSeconds(5))).isTrue();
                assertThat(chat.text()).contains("retry:");
            });
            assertThat(CrashIT.isRunning("27.1828")).isFalse();
            assertThat(service.log()).doesNotContain("Exception");
            threads.add(waiting);
        }

        try (Service service = launch.start()) {
            String waiting = threads.removeLast();
            assertThat(service.statusOfThread(waiting)).isEqualTo("interrupted");
            for (String thread : threads) {
                service.awaitStatus(thread, "idle", RECOVERY);
                assertThat(service.file(thread, "/workspace/log")).isEqualTo("x\n");
                assertThat(service.events(thread)).containsOnlyOnce("outcome_unknown");
            }
            service.post("/api/resume/" + waiting, "{\"action\":\"approve\"}");
            service.awaitStatus(waiting, "idle", RECOVERY);
            assertThat(service.file(waiting, "/workspace/note.txt")).contains("hello");
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
                Service.Chat chat = service.chat(thread, "speak").awaitText("half");
                service.terminate();
                service.awaitEnd(STOP);
                assertThat(chat.text()).contains("retry:").doesNotContain("RUN_ERROR");
            }

            try (Service service = launch.start()) {
                service.awaitStatus(thread, "idle", RECOVERY);
                assertThat(service.events(thread)).contains("the whole answer").doesNotContain("half of");
            }
        }
    }
}
