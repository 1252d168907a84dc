package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.interrupts;
import static dev.holdpoint.testing.Api.json;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Crowd;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fifty people decide on one call at once: one decision, one effect, and all are told the same. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ManyDecisionsTest {

    private static final int PEOPLE = 50;

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private String thread = "";
    private String interrupt = "";
    private SseClient stream;

    @BeforeEach
    void hold() {
        model.reset();
        model.enqueue(Answer.call("execute", "{\"command\":\"echo x >> log\"}"), Answer.text("done"));
        thread = thread();
        stream = chatUntilInterrupt(thread, "go");
        interrupt = interrupts(thread).getFirst().path("id").asText();
    }

    private String decision(String type) {
        return "{\"decisions\":[{\"interrupt_id\":\"" + interrupt + "\",\"type\":\"" + type + "\"}]}";
    }

    private Response resume(String body) {
        return json().body(body).post("/api/resume/" + thread);
    }

    private Response resume(String key, String body) {
        return json().header("Idempotency-Key", key).body(body).post("/api/resume/" + thread);
    }

    private long started() {
        return stream.awaitEnd().frames("CUSTOM").stream()
                .filter(f -> f.text("/name").equals("tool_started"))
                .count();
    }

    private void assertRanOnce() {
        assertThat(started()).isEqualTo(1);
        assertThat(shell(thread, "cat log")).isEqualTo("x\n");
    }

    @Test
    void the_same_decision_without_keys() {
        List<Response> answers = Crowd.of(PEOPLE, i -> resume(decision("approve")));

        assertThat(told(answers)).hasSize(1);
        assertRanOnce();
    }

    @Test
    void the_same_decision_with_a_key_for_each() {
        List<Response> answers = Crowd.of(PEOPLE, i -> resume("key-" + i, decision("approve")));

        assertThat(told(answers)).hasSize(1);
        assertRanOnce();
    }

    @Test
    void the_same_request_sent_again_and_again() {
        List<Response> answers = Crowd.of(PEOPLE, i -> resume("key", "{\"action\":\"approve\"}"));

        assertThat(told(answers)).hasSize(1);
        assertRanOnce();
    }

    @Test
    void different_decisions() {
        List<Response> answers = Crowd.of(PEOPLE, i -> resume("key-" + i, decision(i % 2 == 0 ? "approve" : "reject")));

        List<Response> refused =
                answers.stream().filter(a -> a.statusCode() != 200).toList();
        assertThat(refused).hasSize(PEOPLE / 2).allSatisfy(a -> assertProblem(a, 409, "already_decided"));
        assertThat(refused.stream().map(Response::asString).collect(Collectors.toSet()))
                .hasSize(1);
        boolean approved = answers.getFirst().statusCode() == 200;
        assertThat(started()).isEqualTo(approved ? 1 : 0);
        assertThat(shell(thread, "cat log 2>/dev/null || true")).isEqualTo(approved ? "x\n" : "");
    }

    private static Set<JsonNode> told(List<Response> answers) {
        return answers.stream().map(a -> tree(a)).collect(Collectors.toSet());
    }
}
