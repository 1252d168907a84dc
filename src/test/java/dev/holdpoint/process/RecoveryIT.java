package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ScriptedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After {@code kill -9}, whatever a turn was at, it is taken up as soon as the service is ready. */
class RecoveryIT {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(20);

    /** Nobody else's command, also where several run these tests on one machine. */
    private final String endless = "600." + ProcessHandle.current().pid();

    private final ScriptedEndpoint model = ScriptedEndpoint.start().answerBy(this::answer);

    @TempDir
    Path folder = Path.of("");

    @AfterEach
    void stop() {
        model.close();
    }

    /** What the person says names what is going on when the service dies. */
    private Answer answer(ScriptedRequest request) {
        boolean first = MarkingModel.results(request) == 0;
        return switch (MarkingModel.mark(request)) {
            case "wait" ->
                first
                        ? Answer.call("write_file", "{\"file_path\":\"/workspace/note\",\"content\":\"decided\"}")
                        : done();
            case "think" ->
                asked("think").size() == 1 ? Answer.text("half of it").stallAfter(2) : done();
            case "work" ->
                first
                        ? Answer.call(
                                "execute", "{\"command\":\"echo x >> log; echo begun; sleep %s\"}".formatted(endless))
                        : done();
            default -> done();
        };
    }

    private static Answer done() {
        return Answer.text("It is done.");
    }

    private List<ScriptedRequest> asked(String message) {
        return model.requests().stream()
                .filter(r -> MarkingModel.mark(r).equals(message))
                .toList();
    }

    @Test
    void with_commands_that_die_with_the_service() {
        takesUpEverything(new Launch(folder), false);
    }

    @Test
    void with_commands_that_outlive_the_service_in_their_container() {
        takesUpEverything(new Launch(folder).inDocker(), true);
    }

    private void takesUpEverything(Launch launch, boolean commandsSurvive) {
        launch.set("HOLDPOINT_INTERRUPT_ON", "write_file")
                .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString());
        String waiting;
        String thinking;
        String working;
        String idle;
        try (Service service = launch.start()) {
            waiting = begin(service, "wait", "\"interrupt\"");
            thinking = begin(service, "think", "half");
            working = begin(service, "work", "begun\\n");
            idle = begin(service, "rest", "RUN_FINISHED");
            service.kill();
        }
        await("what becomes of the command")
                .during(Duration.ofMillis(commandsSurvive ? 300 : 0))
                .atMost(SOON)
                .until(() -> CrashIT.isRunning(endless) == commandsSurvive);

        try (Service service = launch.start().awaitReady()) {
            await("all turns to be taken up").atMost(SOON).untilAsserted(() -> {
                assertThat(service.statusOfThread(waiting)).isEqualTo("interrupted");
                assertThat(service.statusOfThread(thinking)).isEqualTo("idle");
                assertThat(service.statusOfThread(working)).isEqualTo("idle");
                assertThat(service.statusOfThread(idle)).isEqualTo("idle");
                assertThat(CrashIT.isRunning(endless)).isFalse();
            });
            assertThat(asked("think")).hasSize(2);
            assertThat(service.events(thinking)).contains("It is done.").doesNotContain("half");
            assertThat(service.events(working)).containsOnlyOnce("outcome_unknown");
            assertThat(asked("work").getLast().text()).contains("Outcome unknown");
            assertThat(service.file(working, "/workspace/log")).isEqualTo("x\n");
            assertThat(asked("rest")).hasSize(1);
            service.post("/api/resume/" + waiting, "{\"action\":\"approve\"}");
            service.awaitStatus(waiting, "idle", SOON);
            assertThat(service.file(waiting, "/workspace/note")).isEqualTo("decided");
            service.terminate();
            service.awaitEnd(STOP);
        }
    }

    private static String begin(Service service, String message, String until) {
        String thread = service.newThread();
        service.chat(thread, message).awaitText(until);
        return thread;
    }
}
