package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.awaitStatus;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.events;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.interrupts;
import static dev.holdpoint.testing.Api.messages;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.stream;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The three calls of the original service, for clients that were written for it. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class OriginalCallsTest {

    private static final String WRITE =
            "{\"file_path\":\"/workspace/hello.txt\",\"content\":\"written by the agent\\n\"}";

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    @Test
    void a_session_is_a_durable_thread_with_a_workspace() {
        JsonNode session = tree(post("/api/sessions", ""));

        String thread = session.path("thread_id").asText();
        assertThat(thread).matches("user-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(session.propertyStream()).hasSize(1);
        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
        assertThat(shell(thread, "pwd")).isEqualTo("/workspace\n");
    }

    @Test
    void a_session_takes_a_title_a_mode_and_metadata() {
        String body = "{\"title\":\"Größe\",\"mode\":\"plan\",\"metadata\":{\"team\":{\"id\":7}}}";

        String thread = tree(post("/api/sessions", body)).path("thread_id").asText();

        JsonNode state = state(thread);
        assertThat(state.path("title").asText()).isEqualTo("Größe");
        assertThat(state.path("mode").asText()).isEqualTo("plan");
        assertThat(state.at("/metadata/team/id").asInt()).isEqualTo(7);
    }

    @Test
    void a_chat_answers_at_once_with_a_stream_that_nobody_buffers() {
        model.enqueue(Answer.text("late").firstDelay(1500));

        try (SseClient stream = chat(thread(), "hello")) {
            stream.await("RUN_STARTED");

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.answeredAfter()).isLessThan(Duration.ofSeconds(1));
            assertThat(stream.frames("TEXT_MESSAGE_START")).isEmpty();
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.awaitEnd().types()).endsWith("RUN_FINISHED");
        }
    }

    @Test
    void the_mode_of_a_chat_stays() {
        model.enqueue(Answer.text("planned"));
        String thread = thread();

        stream("/api/chat/" + thread, "{\"message\":\"think\",\"mode\":\"plan\"}")
                .awaitEnd();

        assertThat(state(thread).path("mode").asText()).isEqualTo("plan");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "continue"})
    void the_stream_stays_open_over_an_interrupt_and_goes_on_after_the_decision(String action) {
        model.enqueue(Answer.call("write_file", WRITE), Answer.text("It is written."));
        String thread = thread();
        try (SseClient stream = chatUntilInterrupt(thread, "write it")) {
            int before = stream.comments().size();
            stream.awaitHeartbeats(before + 2);
            assertThat(stream.isEnded()).isFalse();
            assertThat(file(thread, "/workspace/hello.txt").statusCode()).isEqualTo(404);

            Response answer = decide(thread, action);

            assertThat(tree(answer).path("success").asBoolean()).isTrue();
            assertThat(tree(answer).path("message").asText()).isNotBlank();
            assertThat(stream.awaitEnd().frames().getLast().text("/outcome/type"))
                    .isEqualTo("success");
            assertThat(file(thread, "/workspace/hello.txt").asString()).isEqualTo("written by the agent\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reject", "cancel"})
    void a_rejected_call_leaves_no_trace_and_the_model_hears_of_it(String action) {
        model.enqueue(Answer.call("write_file", WRITE), Answer.text("As you wish."));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "write it");

        tree(decide(thread, action));

        stream.awaitEnd();
        assertThat(stream.frames("TOOL_CALL_RESULT").getFirst().text("/metadata/outcome"))
                .isEqualTo("rejected");
        assertThat(file(thread, "/workspace/hello.txt").statusCode()).isEqualTo(404);
        assertThat(model.lastRequest().text()).contains("rejected");
    }

    @ParameterizedTest
    @CsvSource({"approve,written by the agent", "edit,other"})
    void a_client_that_went_away_finds_its_turn_waiting(String type, String expected) {
        model.enqueue(Answer.call("write_file", WRITE), Answer.text("done"));
        String thread = thread();
        chatUntilInterrupt(thread, "write it").close();
        awaitStatus(thread, "interrupted");
        String interrupt = interrupts(thread).getFirst().path("id").asText();
        String args = ",\"args\":{\"file_path\":\"/workspace/hello.txt\",\"content\":\"other\"}";

        tree(decide(thread, interrupt, type, type.equals("edit") ? args : ""));

        try (SseClient follower = events(thread, "", null)) {
            follower.await("the end", f -> f.text("/outcome/type").equals("success"));
            assertThat(follower.types()).contains("TOOL_CALL_RESULT");
        }
        assertThat(file(thread, "/workspace/hello.txt").asString().strip()).isEqualTo(expected);
    }

    @Test
    void a_client_that_goes_away_in_the_middle_of_an_answer_cancels_nothing() {
        model.enqueue(Answer.text("one two three four five").delay(100));
        String thread = thread();
        SseClient stream = chat(thread, "count");
        stream.await("TEXT_MESSAGE_CONTENT");

        stream.close();

        awaitStatus(thread, "idle");
        assertThat(model.remaining()).isZero();
        assertThat(messages(thread).getLast().path("content").asText()).isEqualTo("one two three four five");
    }
}
