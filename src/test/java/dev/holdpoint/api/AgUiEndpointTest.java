package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.interrupts;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint for AG-UI clients, and the contract rules of the protocol's "Interrupts" page. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class AgUiEndpointTest {

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private String thread = "";

    @BeforeEach
    void reset() {
        model.reset();
        thread = "agui-" + UUID.randomUUID();
    }

    private static final String INPUT = """
            {"threadId":"%s","runId":"%s","state":{},"messages":[%s],"tools":[],"context":[],"forwardedProps":{}%s}""";

    private SseClient say(String runId, String text) {
        String message = "{\"id\":\"" + UUID.randomUUID() + "\",\"role\":\"user\",\"content\":\"" + text + "\"}";
        return stream("/api/agui", INPUT.formatted(thread, runId, message, "")).awaitEnd();
    }

    private SseClient resume(String runId, String entries) {
        return stream("/api/agui", INPUT.formatted(thread, runId, "", ",\"resume\":[" + entries + "]"))
                .awaitEnd();
    }

    private static String entry(JsonNode interrupt, String status, String payload) {
        return "{\"interruptId\":\"%s\",\"status\":\"%s\",\"payload\":%s}"
                .formatted(interrupt.path("id").asText(), status, payload);
    }

    /** Two writes that wait. */
    private List<JsonNode> held() {
        model.enqueue(
                Answer.calls(
                        new ToolCall("c1", "write_file", "{\"file_path\":\"/workspace/a\",\"content\":\"one\"}"),
                        new ToolCall("c2", "write_file", "{\"file_path\":\"/workspace/b\",\"content\":\"one\"}")),
                Answer.text("done"));
        say("run-1", "write");
        return interrupts(thread);
    }

    private static void assertRefused(SseClient answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.types()).containsExactly("RUN_ERROR");
        assertThat(answer.frames().getFirst().text("/message")).isNotBlank();
        assertThat(answer.frames().getFirst().text("/code")).isNotBlank();
    }

    @Test
    void an_unknown_thread_is_made_and_the_run_has_the_clients_ids() {
        model.enqueue(Answer.text("Hello."));

        SseClient run = say("run-1", "hi");

        assertThat(run.await("RUN_STARTED").text("/threadId")).isEqualTo(thread);
        assertThat(run.await("RUN_STARTED").text("/runId")).isEqualTo("run-1");
        assertThat(run.frames().getLast().text("/outcome/type")).isEqualTo("success");
        assertThat(run.header("Cache-Control")).isEqualTo("no-store");
        assertThat(run.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
    }

    @Test
    void unknown_fields_are_ignored_as_the_protocol_says() {
        model.enqueue(Answer.text("Hello."));

        SseClient run = stream(
                        "/api/agui",
                        INPUT.formatted(
                                thread,
                                "r",
                                "{\"id\":\"m\",\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"x\":1}",
                                ",\"somethingNew\":{}"))
                .awaitEnd();

        assertThat(run.types()).endsWith("RUN_FINISHED");
        assertThat(model.lastRequest().text()).contains("hi");
    }

    @Test
    void a_run_ends_at_its_interrupt_and_resume_goes_on() {
        List<JsonNode> open = held();
        assertThat(open).hasSize(2);
        String edited = "{\"approved\":true,\"editedArgs\":{\"file_path\":\"/workspace/a\",\"content\":\"two\"}}";

        SseClient run = resume(
                "run-2",
                entry(open.get(0), "resolved", edited) + ","
                        + entry(open.get(1), "resolved", "{\"approved\":false,\"reason\":\"no second one\"}"));

        assertThat(run.types()).startsWith("RUN_STARTED").endsWith("RUN_FINISHED");
        assertThat(run.await("RUN_STARTED").text("/parentRunId")).isEqualTo("run-1");
        assertThat(run.await("RUN_STARTED").text("/runId")).isEqualTo("run-2");
        assertThat(file(thread, "/workspace/a").asString()).isEqualTo("two");
        assertThat(file(thread, "/workspace/b").statusCode()).isEqualTo(404);
        assertThat(model.lastRequest().text()).contains("no second one");
    }

    @Test
    void a_cancelled_interrupt_is_a_rejection() {
        List<JsonNode> open = held();

        SseClient run = resume(
                "run-2",
                entry(open.get(0), "cancelled", "null") + "," + entry(open.get(1), "resolved", "{\"approved\":true}"));

        assertThat(run.frames("TOOL_CALL_RESULT").stream().map(f -> f.text("/metadata/outcome")))
                .containsExactly("rejected", "ok");
    }

    @Test
    void the_same_resume_again_is_safe_and_shows_the_run_again() {
        List<JsonNode> open = held();
        String answers = entry(open.get(0), "resolved", "{\"approved\":true}") + ","
                + entry(open.get(1), "resolved", "{\"approved\":true}");
        SseClient first = resume("run-2", answers);
        int asked = model.requests().size();

        SseClient second = resume("run-2", answers);

        assertThat(second.ids()).isEqualTo(first.ids());
        assertThat(second.frames().getLast()).isEqualTo(first.frames().getLast());
        assertThat(model.requests()).as("the model isn't asked again").hasSize(asked);
    }

    @Test
    void a_different_resume_afterwards_is_refused() {
        List<JsonNode> open = held();
        resume("run-2", entry(open.get(0), "cancelled", "null") + "," + entry(open.get(1), "cancelled", "null"));

        SseClient other = resume(
                "run-3",
                entry(open.get(0), "resolved", "{\"approved\":true}") + ","
                        + entry(open.get(1), "resolved", "{\"approved\":true}"));

        assertRefused(other);
        assertThat(file(thread, "/workspace/a").statusCode()).isEqualTo(404);
    }

    @Test
    void a_new_message_while_interrupts_are_open_is_refused() {
        held();
        assertRefused(say("run-2", "and now?"));
        assertThat(interrupts(thread)).hasSize(2);
    }

    @Test
    void a_partial_resume_is_refused() {
        List<JsonNode> open = held();

        assertRefused(resume("run-2", entry(open.get(0), "resolved", "{\"approved\":true}")));

        assertThat(interrupts(thread)).hasSize(2);
        assertThat(file(thread, "/workspace/a").statusCode()).isEqualTo(404);
    }

    @Test
    void a_resume_of_an_unknown_interrupt_is_refused() {
        List<JsonNode> open = held();
        String both = entry(open.get(0), "resolved", "{\"approved\":true}") + ","
                + entry(open.get(1), "resolved", "{\"approved\":true}");

        assertRefused(resume("run-2", both + ",{\"interruptId\":\"int_none\",\"status\":\"cancelled\"}"));

        assertThat(interrupts(thread)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resolved | {}",
                "resolved | {\"approved\":\"yes\"}",
                "resolved | {\"approved\":true,\"editedArgs\":7}",
                "resolved | {\"approved\":true,\"editedArgs\":{\"file_path\":7}}",
                "perhaps | {\"approved\":true}"
            })
    void a_resume_that_does_not_fit_its_schema_is_refused(String status, String payload) {
        List<JsonNode> open = held();

        assertRefused(
                resume("run-2", entry(open.get(0), status, payload) + "," + entry(open.get(1), "cancelled", "null")));

        assertThat(interrupts(thread)).hasSize(2);
    }

    @Test
    void a_resume_where_nothing_waits_is_refused() {
        assertRefused(resume("run-1", "{\"interruptId\":\"int_none\",\"status\":\"cancelled\"}"));
    }

    @Test
    void a_failed_run_ends_with_its_error() {
        model.enqueue(Answer.status(401, "{\"error\":{\"message\":\"bad key\"}}"));

        Frame last = say("run-1", "hi").frames().getLast();

        assertThat(last.event()).isEqualTo("RUN_ERROR");
        assertThat(last.text("/code")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"threadId\":7}", "{\"threadId\":\"../x\"}", "{\"threadId\":\"\"}", "[]", "nope"})
    void input_that_is_none_is_a_problem(String body) {
        assertProblem(post("/api/agui", body), 400, "invalid_request");
    }

    @Test
    void a_run_id_is_used_once() {
        model.enqueue(Answer.text("Hello."));
        say("run-1", "hi");

        SseClient again = say("run-1", "and now?");

        assertRefused(again);
        assertThat(again.frames().getFirst().text("/code")).isEqualTo("invalid_request");
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void a_message_must_be_new_and_the_users() {
        model.enqueue(Answer.text("Hello."));
        String message = "{\"id\":\"m1\",\"role\":\"user\",\"content\":\"hi\"}";
        stream("/api/agui", INPUT.formatted(thread, "r1", message, "")).awaitEnd();

        assertRefused(
                stream("/api/agui", INPUT.formatted(thread, "r2", message, "")).awaitEnd());
        assertRefused(stream("/api/agui", INPUT.formatted(thread, "r3", "", "")).awaitEnd());
        assertRefused(stream(
                        "/api/agui",
                        INPUT.formatted(thread, "r4", "{\"id\":\"m2\",\"role\":\"assistant\",\"content\":\"hi\"}", ""))
                .awaitEnd());
    }
}
