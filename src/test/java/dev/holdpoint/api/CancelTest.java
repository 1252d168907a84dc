package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.journal;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cancel means cancel, wherever the turn is: within 5 s all is closed, dead and over. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class CancelTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    private static void cancel(String thread) {
        post("/api/threads/" + thread + "/cancel", "").then().statusCode(202);
    }

    private static void assertCancelled(String thread, SseClient stream, long since) {
        stream.awaitEnd();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(LIMIT);
        assertThat(stream.frames().getLast().event()).isEqualTo("RUN_ERROR");
        assertThat(stream.frames().getLast().text("/code")).isEqualTo("cancelled");
        assertThat(journal(thread, null).getLast().text("/code")).isEqualTo("cancelled");
        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
    }

    private static boolean isAlive(String mark) {
        return ProcessHandle.allProcesses()
                .anyMatch(p -> p.info().commandLine().orElse("").contains(mark));
    }

    @Test
    void while_the_model_speaks() throws Exception {
        model.enqueue(Answer.text("word ".repeat(300)).delay(30));
        String thread = thread();
        SseClient stream = chat(thread, "go");
        stream.await("TEXT_MESSAGE_CONTENT");
        long since = System.nanoTime();

        cancel(thread);

        assertThat(model.lastRequest().awaitClientClosed(LIMIT))
                .as("the model's connection is closed")
                .isTrue();
        assertCancelled(thread, stream, since);
        assertThat(stream.types()).contains("TEXT_MESSAGE_END");
    }

    @Test
    void while_the_model_is_silent() throws Exception {
        model.enqueue(Answer.text("a b").stallAfter(0));
        String thread = thread();
        SseClient stream = chat(thread, "go");
        await().until(() -> !model.requests().isEmpty());
        long since = System.nanoTime();

        cancel(thread);

        assertThat(model.lastRequest().awaitClientClosed(LIMIT)).isTrue();
        assertCancelled(thread, stream, since);
    }

    @Test
    void while_a_call_waits() {
        model.enqueue(Answer.call("execute", "{\"command\":\"true\"}"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        long since = System.nanoTime();

        cancel(thread);

        assertCancelled(thread, stream, since);
        List<Frame> frames = stream.frames();
        List<Frame> after =
                frames.subList(frames.indexOf(stream.frames("RUN_FINISHED").getLast()) + 1, frames.size());
        assertThat(after.stream().map(Frame::event).filter(type -> !type.equals("STATE_SNAPSHOT")))
                .containsExactly("RUN_STARTED", "TOOL_CALL_RESULT", "RUN_ERROR");
        assertThat(after.stream()
                        .filter(f -> f.event().equals("TOOL_CALL_RESULT"))
                        .map(f -> f.text("/metadata/outcome")))
                .containsExactly("cancelled");
        assertThat(after.getFirst().text("/parentRunId"))
                .isEqualTo(stream.frames("RUN_STARTED").getFirst().text("/runId"));
        assertProblem(decide(thread, "approve"), 409, "nothing_pending");
    }

    @Test
    void while_a_command_runs() {
        String mark = "31.4159" + System.nanoTime();
        model.enqueue(Answer.call(
                "execute", "{\"command\":\"trap '' TERM; setsid sleep " + mark + " & echo up; sleep " + mark + "\"}"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        decide(thread, "approve");
        stream.await("output", f -> f.text("/value/text").contains("up"));
        await().until(() -> isAlive(mark));
        long since = System.nanoTime();

        cancel(thread);

        assertCancelled(thread, stream, since);
        assertThat(isAlive(mark)).as("the process tree is dead").isFalse();
        Frame result = stream.frames("TOOL_CALL_RESULT").getFirst();
        assertThat(result.text("/metadata/outcome")).isEqualTo("cancelled");
        assertThat(result.text("/content")).endsWith("\nup\n");
    }

    @Test
    void a_deleted_thread_takes_its_command_with_it() {
        String mark = "27.1828" + System.nanoTime();
        model.enqueue(Answer.call("execute", "{\"command\":\"sleep " + mark + "\"}"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        decide(thread, "approve");
        await().until(() -> isAlive(mark));

        given().delete("/api/threads/" + thread).then().statusCode(204);

        await().atMost(LIMIT).until(() -> !isAlive(mark));
        stream.awaitEnd();
    }

    @Test
    void of_nothing_is_refused_and_a_cancelled_thread_goes_on_with_the_next_message() {
        model.enqueue(Answer.call("execute", "{\"command\":\"true\"}"), Answer.text("here again"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        cancel(thread);
        stream.awaitEnd();

        assertProblem(post("/api/threads/" + thread + "/cancel", ""), 409, "nothing_running");

        assertThat(chat(thread, "still there?").awaitEnd().types()).endsWith("RUN_FINISHED");
        assertThat(model.lastRequest()
                        .json()
                        .path("messages")
                        .valueStream()
                        .filter(m -> m.path("role").asText().equals("tool")))
                .as("the history stays valid")
                .hasSize(1);
    }
}
