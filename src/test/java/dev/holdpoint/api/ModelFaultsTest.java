package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.journal;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model endpoint that is wrong, slow, cut, silent or lying ends a turn with a code, or is told so by a tool error. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ModelFaultsTest {

    private static final String SECRET = "sk-test-secret-0001";

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    private static Answer status(int status) {
        return Answer.status(status, "{\"error\":{\"message\":\"no " + SECRET + "\"}}");
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("a wrong key", "model_refused", List.of(status(401))),
                Arguments.of("a wrong request", "model_refused", List.of(status(400))),
                Arguments.of(
                        "too many requests",
                        "model_rate_limited",
                        List.of(
                                status(429).header("Retry-After", "0"),
                                status(429).header("Retry-After", "0"))),
                Arguments.of("broken for long", "model_unavailable", List.of(status(500), status(503))),
                Arguments.of(
                        "a cut",
                        "model_stream_incomplete",
                        List.of(Answer.text("a b c d").cutAfter(3))),
                Arguments.of(
                        "a reset",
                        "model_stream_incomplete",
                        List.of(Answer.text("a b c d").resetAfter(3))),
                Arguments.of(
                        "no finish reason",
                        "model_stream_incomplete",
                        List.of(Answer.lines("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}", "[DONE]"))),
                Arguments.of(
                        "garbage in the middle",
                        "model_stream_incomplete",
                        List.of(Answer.text("a b c").insert(3, "oops"))),
                Arguments.of(
                        "a silence",
                        "model_stream_incomplete",
                        List.of(Answer.text("a b c").stallAfter(3))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void ends_the_turn_with(String what, String code, List<Answer> answers) {
        answers.forEach(model::enqueue);
        String thread = thread();

        SseClient stream = chat(thread, "go").awaitEnd();

        Frame last = stream.frames().getLast();
        assertThat(last.event()).as(what).isEqualTo("RUN_ERROR");
        assertThat(last.text("/code")).as(last.toString()).isEqualTo(code);
        assertThat(last.text("/message")).isNotBlank().doesNotContain(SECRET).doesNotContain("\tat ");
        assertThat(model.remaining()).as("unused answers").isZero();
        assertThat(state(thread).path("status").asText()).isEqualTo("failed");
        assertThat(stream.frames("TEXT_MESSAGE_START")).hasSameSizeAs(stream.frames("TEXT_MESSAGE_END"));
        assertThat(journal(thread, null).getLast()).isEqualTo(last);
    }

    @Test
    void a_page_instead_of_a_stream_ends_the_turn_without_showing_it() {
        Answer page = Answer.body(200, "text/html", "<html>login</html>");
        model.enqueue(page, Answer.body(200, "text/html", "<html>login</html>"));

        SseClient stream = chat(thread(), "go").awaitEnd();

        Frame last = stream.frames().getLast();
        assertThat(last.event()).isEqualTo("RUN_ERROR");
        assertThat(last.text("/code")).isIn("model_unavailable", "model_stream_incomplete", "model_refused");
        assertThat(stream.frames("TEXT_MESSAGE_CONTENT")).isEmpty();
    }

    @Test
    void a_silence_before_the_first_word_ends_the_turn() {
        model.enqueue(Answer.text("a").stallAfter(0), Answer.text("a").stallAfter(0));

        Frame last = chat(thread(), "go").awaitEnd().frames().getLast();

        assertThat(last.event()).isEqualTo("RUN_ERROR");
        assertThat(last.text("/code")).isIn("model_unavailable", "model_stream_incomplete");
    }

    @Test
    void a_context_that_is_too_long_is_said_so() {
        model.enqueue(Answer.status(
                400,
                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens\","
                        + "\"code\":\"context_length_exceeded\"}}"));

        Frame last = chat(thread(), "go").awaitEnd().frames().getLast();

        assertThat(last.text("/code")).isEqualTo("context_overflow");
    }

    @Test
    void a_short_trouble_is_repeated_unseen() {
        model.enqueue(status(500), Answer.text("Here I am."));

        SseClient stream = chat(thread(), "go").awaitEnd();

        assertThat(stream.types()).doesNotContain("RUN_ERROR").endsWith("RUN_FINISHED");
        assertThat(model.requests()).hasSize(2);
    }

    @Test
    void a_call_of_a_cut_answer_never_runs_and_reaches_no_person() {
        model.enqueue(Answer.call("execute", "{\"command\":\"touch x\"}").cutAfter(3));
        String thread = thread();

        SseClient stream = chat(thread, "go").awaitEnd();

        assertThat(stream.frames().getLast().text("/code")).isEqualTo("model_stream_incomplete");
        assertThat(stream.frames("RUN_FINISHED")).isEmpty();
        assertThat(stream.frames("TOOL_CALL_START")).hasSameSizeAs(stream.frames("TOOL_CALL_END"));
    }

    @Test
    void calls_of_an_answer_that_was_cut_by_length_run_not_and_the_model_may_mend_it() {
        model.enqueue(
                Answer.deltas(
                        "length",
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"execute\",\"arguments\":\"{\\\"command\\\":\\\"ls\\\"}\"}}]}"),
                Answer.text("Shorter now."));

        SseClient stream = chat(thread(), "go").awaitEnd();

        assertThat(stream.frames("TOOL_CALL_RESULT").getFirst().text("/metadata/outcome"))
                .isEqualTo("error");
        assertThat(stream.frames().getLast().text("/outcome/type")).isEqualTo("success");
    }

    static Stream<Arguments> wrongCalls() {
        return Stream.of(
                Arguments.of("an unknown tool", "fly", "{}", "fly"),
                Arguments.of("arguments that don't parse", "execute", "{\"command\":", "JSON"),
                Arguments.of("arguments that are no object", "execute", "[1]", "object"),
                Arguments.of("a missing argument", "execute", "{}", "command"),
                Arguments.of("a wrong type", "execute", "{\"command\":7}", "command"),
                Arguments.of(
                        "too long",
                        "execute",
                        "{\"command\":\"" + "a".repeat(70_000) + "\"}",
                        "larger than 65,536 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCalls")
    void a_wrong_call_reaches_no_person_and_is_a_tool_error(String what, String tool, String args, String named) {
        model.enqueue(Answer.calls(new ToolCall("c1", tool, args)), Answer.text("Sorry."));
        String thread = thread();

        SseClient stream = chat(thread, "go").awaitEnd();

        Frame result = stream.await("TOOL_CALL_RESULT");
        assertThat(result.text("/metadata/outcome")).as(what).isEqualTo("error");
        assertThat(result.text("/content")).contains(named);
        assertThat(stream.frames("RUN_FINISHED")).hasSize(1);
        assertThat(stream.frames().getLast().text("/outcome/type")).isEqualTo("success");
        assertThat(model.lastRequest().text()).contains("c1");
    }

    @Test
    void missing_ids_are_made_and_repeated_ones_are_told_apart() {
        String call = "{\"tool_calls\":[{\"index\":%d,\"function\":{\"name\":\"ls\",\"arguments\":\"{\\\"path\\\":"
                + "\\\"/workspace\\\"}\"}}]}";
        model.enqueue(Answer.deltas("tool_calls", call.formatted(0), call.formatted(1)), Answer.text("done"));

        SseClient stream = chat(thread(), "go").awaitEnd();

        List<String> ids = stream.frames("TOOL_CALL_START").stream()
                .map(f -> f.text("/toolCallId"))
                .toList();
        assertThat(ids).hasSize(2).doesNotHaveDuplicates().doesNotContain("");
        assertThat(stream.frames("TOOL_CALL_RESULT").stream().map(f -> f.text("/toolCallId")))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void an_id_that_was_used_in_an_earlier_answer_is_told_apart() {
        var again = new ToolCall("call_0", "ls", "{\"path\":\"/workspace\"}");
        var other = new ToolCall("call_0", "execute", "{\"command\":\"echo hi\"}");
        model.enqueue(Answer.calls(again), Answer.calls(other), Answer.text("done"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");

        decide(thread, "approve");

        assertThat(stream.awaitEnd().frames().getLast().text("/outcome/type")).isEqualTo("success");
        List<String> ids = stream.frames("TOOL_CALL_RESULT").stream()
                .map(f -> f.text("/toolCallId"))
                .toList();
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void a_model_that_never_comes_to_an_end_is_stopped() {
        for (int i = 0; i < 6; i++) {
            model.enqueue(Answer.call("ls", "{\"path\":\"/workspace" + "/.".repeat(i) + "\"}"));
        }

        Frame last = chat(thread(), "go").awaitEnd().frames().getLast();

        assertThat(last.text("/code")).isEqualTo("step_limit");
        assertThat(model.remaining()).isZero();
    }

    @Test
    void the_key_goes_to_the_model_and_nowhere_else() {
        model.enqueue(Answer.call("execute", "{\"command\":\"env; cat /proc/*/environ\"}"), Answer.text("done"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");

        decide(thread, "approve");

        assertThat(stream.awaitEnd().frames().toString()).contains("PATH=").doesNotContain(SECRET);
        assertThat(model.lastRequest().header("Authorization")).hasValue("Bearer " + SECRET);
    }
}
