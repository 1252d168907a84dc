package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.awaitStatus;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.interrupts;
import static dev.holdpoint.testing.Api.resume;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions: single ones, several, in both forms, twice, late, stale and wrong. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class DecisionsTest {

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private String thread = "";

    @BeforeEach
    void reset() {
        model.reset();
        thread = thread();
    }

    private static ToolCall write(String name) {
        return new ToolCall(
                "call_" + name,
                "write_file",
                "{\"file_path\":\"/workspace/" + name + "\",\"content\":\"by the model\"}");
    }

    /** A turn in which the writing of these files waits. */
    private SseClient held(String... names) {
        model.enqueue(
                Answer.calls(Arrays.stream(names).map(DecisionsTest::write).toArray(ToolCall[]::new)),
                Answer.text("done"));
        return chatUntilInterrupt(thread, "write");
    }

    private String interrupt(int place) {
        return interrupts(thread).get(place).path("id").asText();
    }

    private boolean exists(String name) {
        return file(thread, "/workspace/" + name).statusCode() == 200;
    }

    private static List<String> outcomes(SseClient stream) {
        return stream.frames("TOOL_CALL_RESULT").stream()
                .map(f -> f.text("/toolCallId") + " " + f.text("/metadata/outcome"))
                .toList();
    }

    @Test
    void an_edited_call_runs_with_the_given_arguments() {
        SseClient stream = held("a");

        tree(decide(
                thread,
                interrupt(0),
                "edit",
                ",\"args\":{\"file_path\":\"/workspace/b\",\"content\":\"by a person\"}"));

        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a ok");
        assertThat(exists("a")).isFalse();
        assertThat(file(thread, "/workspace/b").asString()).isEqualTo("by a person");
    }

    private static List<String> starts(List<Frame> frames) {
        return frames.stream()
                .filter(f -> f.event().equals("CUSTOM") && f.text("/name").equals("tool_started"))
                .map(f -> f.data().path("value").toString())
                .toList();
    }

    @Test
    void whoever_comes_later_sees_what_really_ran() {
        SseClient stream = held("a", "b");
        String args = "{\"file_path\":\"/workspace/c\",\"content\":\"by a person\"}";

        tree(resume(
                thread,
                "{\"decisions\":[{\"tool_call_id\":\"call_a\",\"type\":\"edit\",\"args\":%s},{\"tool_call_id\":\"call_b\",\"type\":\"approve\"}]}"
                        .formatted(args)));

        List<String> live = starts(stream.awaitEnd().frames());
        assertThat(live)
                .containsExactly(
                        "{\"tool_call_id\":\"call_a\",\"args\":" + args + "}", "{\"tool_call_id\":\"call_b\"}");
        assertThat(starts(Api.journal(thread, null))).isEqualTo(live);
        String afterTheDecision = stream.frames("RUN_STARTED").getLast().id();
        assertThat(starts(Api.journal(thread, afterTheDecision))).isEqualTo(live);
    }

    @Test
    void a_rejection_tells_the_model_why() {
        SseClient stream = held("a");

        tree(decide(thread, interrupt(0), "reject", ",\"message\":\"not on a Sunday\""));

        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a rejected");
        assertThat(exists("a")).isFalse();
        assertThat(model.lastRequest().text()).contains("not on a Sunday");
    }

    @Test
    void a_response_stands_in_for_the_tool() {
        SseClient stream = held("a");

        tree(decide(thread, interrupt(0), "respond", ",\"message\":\"I did it by hand.\""));

        Frame result = stream.awaitEnd().frames("TOOL_CALL_RESULT").getFirst();
        assertThat(result.text("/content")).isEqualTo("I did it by hand.");
        assertThat(stream.frames("CUSTOM")).as("nothing was started").isEmpty();
        assertThat(exists("a")).isFalse();
        assertThat(model.lastRequest().text()).contains("I did it by hand.");
    }

    @Test
    void some_of_the_calls_can_be_decided_and_the_rest_waits() {
        SseClient stream = held("a", "b", "c");
        String second = interrupt(1);

        JsonNode answer = tree(decide(thread, second, "reject", ""));

        assertThat(answer.path("message").asText()).contains("2");
        assertThat(state(thread).path("status").asText()).isEqualTo("interrupted");
        assertThat(interrupts(thread)).hasSize(2);
        assertThat(exists("a")).isFalse();
        assertThat(stream.isEnded()).isFalse();
        tree(decide(thread, "approve"));
        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a ok", "call_b rejected", "call_c ok");
    }

    @Test
    void a_decision_may_name_the_call_instead() {
        SseClient stream = held("a");

        tree(resume(thread, "{\"decisions\":[{\"tool_call_id\":\"call_a\",\"type\":\"approve\"}]}"));

        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a ok");
    }

    @Test
    void decisions_without_ids_go_by_the_order_of_the_calls_as_langchain_has_it() {
        SseClient stream = held("a", "b");

        tree(resume(thread, """
                {"decisions":[
                  {"type":"reject","message":"no"},
                  {"type":"edit","edited_action":{"name":"write_file",
                    "args":{"file_path":"/workspace/edited","content":"x"}}}]}"""));

        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a rejected", "call_b ok");
        assertThat(exists("edited")).isTrue();
        assertThat(exists("b")).isFalse();
    }

    @Test
    void decisions_without_ids_must_be_as_many_as_the_calls() {
        SseClient stream = held("a", "b");

        var answer = resume(thread, "{\"decisions\":[{\"type\":\"approve\"}]}");

        assertProblem(answer, 400, "invalid_request");
        assertThat(interrupts(thread)).hasSize(2);
        tree(decide(thread, "reject"));
        stream.awaitEnd();
    }

    @Test
    void a_digest_binds_a_decision_to_what_was_shown() {
        SseClient stream = held("a");
        String digest = interrupts(thread).getFirst().at("/metadata/digest").asText();

        assertProblem(
                decide(thread, interrupt(0), "approve", ",\"digest\":\"" + digest + "0\""), 409, "digest_mismatch");

        assertThat(state(thread).path("status").asText()).isEqualTo("interrupted");
        tree(decide(thread, interrupt(0), "approve", ",\"digest\":\"" + digest + "\""));
        assertThat(outcomes(stream.awaitEnd())).containsExactly("call_a ok");
    }

    @Test
    void the_first_decision_counts() {
        SseClient stream = held("a", "b");
        String first = interrupt(0);
        tree(decide(thread, first, "reject", ""));

        assertThat(tree(decide(thread, first, "reject", "")).path("success").asBoolean())
                .isTrue();
        assertProblem(decide(thread, first, "approve", ""), 409, "already_decided");

        assertThat(interrupts(thread)).hasSize(1);
        tree(decide(thread, "reject"));
        stream.awaitEnd();
        assertThat(tree(decide(thread, first, "reject", "")).path("success").asBoolean())
                .as("also when the turn is over")
                .isTrue();
        assertProblem(decide(thread, first, "approve", ""), 409, "already_decided");
    }

    @Test
    void an_unknown_interrupt_takes_all_decisions_with_it() {
        SseClient stream = held("a");

        var answer = resume(thread, """
                {"decisions":[{"interrupt_id":"%s","type":"approve"},{"interrupt_id":"int_none","type":"approve"}]}""".formatted(interrupt(0)));

        assertProblem(answer, 404, "not_found");
        assertThat(interrupts(thread)).hasSize(1);
        assertThat(exists("a")).isFalse();
        tree(decide(thread, "reject"));
        stream.awaitEnd();
    }

    @Test
    void another_threads_interrupt_is_unknown_here() {
        String other = thread();
        model.enqueue(Answer.calls(write("theirs")));
        SseClient theirs = chatUntilInterrupt(other, "write");
        String foreign = interrupts(other).getFirst().path("id").asText();
        SseClient ours = held("ours");

        assertProblem(decide(thread, foreign, "approve", ""), 404, "not_found");

        assertThat(interrupts(other)).hasSize(1);
        assertThat(interrupts(thread)).hasSize(1);
        tree(decide(thread, "reject"));
        ours.awaitEnd();
        model.enqueue(Answer.text("done"));
        tree(decide(other, "reject"));
        theirs.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"file_path\":\"/workspace/a\"}",
                "{\"file_path\":7,\"content\":\"x\"}",
                "{\"file_path\":\"/workspace/a\",\"content\":\"x\",\"mode\":1}"
            })
    void an_edit_must_fit_the_tool(String args) {
        SseClient stream = held("a");

        var answer = decide(thread, interrupt(0), "edit", ",\"args\":" + args);

        assertProblem(answer, 422, "invalid_args");
        assertThat(answer.path("detail").toString()).startsWith("args: '");
        assertThat(interrupts(thread)).hasSize(1);
        tree(decide(thread, "reject"));
        stream.awaitEnd();
    }

    @Test
    void an_edit_cannot_change_the_tool() {
        SseClient stream = held("a");

        var answer = resume(
                thread,
                "{\"decisions\":[{\"type\":\"edit\",\"edited_action\":{\"name\":\"execute\",\"args\":{\"command\":\"id\"}}}]}");

        assertProblem(answer, 422, "invalid_args");
        tree(decide(thread, "reject"));
        stream.awaitEnd();
    }

    @Test
    void nothing_to_decide_is_said() {
        assertProblem(decide(thread, "approve"), 409, "nothing_pending");
        assertProblem(decide(thread, "int_x", "approve", ""), 409, "nothing_pending");
        assertProblem(decide("user-unknown", "approve"), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"action\":\"maybe\"}",
                "{\"action\":7}",
                "{\"action\":\"approve\",\"decisions\":[{\"type\":\"approve\"}]}",
                "{\"decisions\":[]}",
                "{\"decisions\":{}}",
                "{\"decisions\":[7]}",
                "{\"decisions\":[{\"type\":\"perhaps\"}]}",
                "{\"decisions\":[{\"interrupt_id\":\"x\"}]}",
                "{\"decisions\":[{\"type\":\"approve\",\"args\":{}}]}",
                "{\"decisions\":[{\"type\":\"edit\"}]}",
                "{\"decisions\":[{\"type\":\"respond\"}]}",
                "{\"decisions\":[{\"type\":\"approve\",\"reason\":\"x\"}]}",
                "{\"decisions\":[{\"type\":\"edit\",\"edited_action\":{\"args\":{}}}]}",
                "{\"decisions\":[{\"type\":\"edit\",\"edited_action\":{\"name\":\"write_file\",\"args\":{},\"x\":1}}]}"
            })
    void a_request_that_cannot_be_understood_changes_nothing(String body) {
        SseClient stream = held("a");

        assertProblem(resume(thread, body), 400, "invalid_request");

        awaitStatus(thread, "interrupted");
        tree(decide(thread, "reject"));
        stream.awaitEnd();
    }
}
