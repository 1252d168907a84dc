package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.awaitStatus;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.json;
import static dev.holdpoint.testing.Api.messages;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key of a request may be, and how far it reaches. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class IdempotencyKeyTest {

    private static final String GO = "{\"message\":\"go\"}";
    private static final String APPROVE = "{\"action\":\"approve\"}";

    private final String key = UUID.randomUUID().toString();
    private String thread = "";

    @BeforeEach
    void open() {
        thread = thread();
    }

    private Response resume(String body) {
        return post("/api/resume/" + thread, key, body);
    }

    private Response exec(String body) {
        return post("/api/threads/" + thread + "/exec", key, body);
    }

    @Test
    void a_key_stands_for_one_request() {
        tree(post("/api/sessions", key, ""));
        tree(exec("{\"command\":\"echo hi\"}"));

        assertProblem(post("/api/sessions", key, "{\"mode\":\"plan\"}"), 422, "idempotency_mismatch");
        assertProblem(post("/api/chat/" + thread, key, GO), 422, "idempotency_mismatch");
        assertProblem(resume(APPROVE), 422, "idempotency_mismatch");
        assertProblem(exec("{\"command\":\"touch made\"}"), 422, "idempotency_mismatch");

        assertThat(messages(thread)).isEmpty();
        assertThat(shell(thread, "ls")).isEmpty();
    }

    @Test
    void a_key_means_nothing_in_another_thread() {
        String path = "/api/threads/" + thread() + "/exec";
        String body = "{\"command\":\"echo made > f; echo hi\"}";
        tree(exec(body));

        tree(post(path, key, body));

        assertThat(get(path.replace("exec", "files/content?path=/workspace/f")).asString())
                .isEqualTo("made\n");
    }

    @Test
    void the_keys_of_a_deleted_thread_are_gone_with_it() {
        String first = tree(post("/api/sessions", key, "")).path("thread_id").asText();
        RestAssured.delete("/api/threads/" + first).then().statusCode(204);

        String second = tree(post("/api/sessions", key, "")).path("thread_id").asText();

        assertThat(second).isNotEqualTo(first);
        awaitStatus(second, "idle");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "tab\tin", "clé", "256"})
    void a_key_is_visible_ascii_of_bounded_length(String value) {
        String bad = value.equals("256") ? "k".repeat(256) : value;

        assertProblem(post("/api/sessions", bad, ""), 400, "invalid_request", "Idempotency-Key");
        assertProblem(post("/api/chat/" + thread, bad, GO), 400, "invalid_request", "Idempotency-Key");
        assertProblem(post("/api/resume/" + thread, bad, APPROVE), 400, "invalid_request", "Idempotency-Key");
        assertProblem(
                post("/api/threads/" + thread + "/exec", bad, "{\"command\":\"true\"}"),
                400,
                "invalid_request",
                "Idempotency-Key");
    }

    @Test
    void a_request_has_one_key_of_at_most_255_characters() {
        var two = json().header("Idempotency-Key", "a", "b").body("").post("/api/sessions");

        assertProblem(two, 400, "invalid_request", "Idempotency-Key");
        assertThat(post("/api/sessions", key + "k".repeat(255 - key.length()), "")
                        .statusCode())
                .isEqualTo(200);
    }
}
