package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.awaitStatus;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.exec;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.json;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.resume;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads as things: listed, looked at, changed and removed. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ThreadsTest {

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    private static List<String> ids(JsonNode page) {
        return page.path("threads")
                .valueStream()
                .map(t -> t.path("thread_id").asText())
                .toList();
    }

    @Test
    void a_new_thread_has_every_field() {
        String thread = thread();

        JsonNode state = state(thread);

        assertThat(state.path("thread_id").asText()).isEqualTo(thread);
        assertThat(state.has("title")).isTrue();
        assertThat(state.path("status").asText()).isEqualTo("idle");
        assertThat(state.path("mode").asText()).isEqualTo("build");
        assertThat(Instant.parse(state.path("created_at").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(Instant.parse(state.path("updated_at").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(state.path("todos").isArray()).isTrue();
        assertThat(state.path("interrupt").isNull()).isTrue();
        assertThat(state.at("/usage/input_tokens").asInt(-1)).isZero();
        assertThat(state.at("/usage/output_tokens").asInt(-1)).isZero();
        assertThat(state.at("/sandbox/backend").asText()).isEqualTo("bubblewrap");
        assertThat(state.at("/sandbox/state").asText()).isNotBlank();
        assertThat(state.path("last_event_id").asText()).isNotBlank();
        assertThat(state.path("metadata").isObject()).isTrue();
    }

    @Test
    void the_list_is_paged_newest_activity_first() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(thread());
        }

        JsonNode first = tree(get("/api/threads?limit=2"));
        JsonNode second = tree(
                given().queryParam("cursor", first.path("next_cursor").asText()).get("/api/threads?limit=3"));

        assertThat(ids(first)).isEqualTo(made.subList(0, 2));
        assertThat(ids(second)).isEqualTo(made.subList(2, 5));
    }

    @Test
    void activity_brings_a_thread_to_the_front() {
        String older = thread();
        String newer = thread();
        model.enqueue(Answer.text("hi"));

        chat(older, "hello").awaitEnd();

        assertThat(ids(tree(get("/api/threads?limit=2")))).containsExactly(older, newer);
    }

    @Test
    void the_last_page_has_no_next() {
        thread();
        JsonNode page = tree(get("/api/threads?limit=200"));
        while (!page.path("next_cursor").isNull()) {
            page = tree(given().queryParam("cursor", page.path("next_cursor").asText())
                    .get("/api/threads?limit=200"));
        }

        assertThat(page.has("next_cursor")).isTrue();
    }

    @Test
    void those_that_wait_are_found_among_all_and_their_calls_are_counted() {
        int before = tree(get("/api/threads")).path("waiting").asInt(-1);
        model.enqueue(
                Answer.calls(
                        new ToolCall("a", "execute", "{\"command\":\"true\"}"),
                        new ToolCall("b", "execute", "{\"command\":\"false\"}")),
                Answer.text("ok"));
        String waits = thread();
        SseClient stream = chatUntilInterrupt(waits, "go");
        String newer = thread();

        JsonNode newest = tree(get("/api/threads?limit=1"));
        assertThat(ids(newest)).containsExactly(newer);
        assertThat(newest.path("waiting").asInt()).isEqualTo(before + 2);
        assertThat(ids(tree(get("/api/threads?status=interrupted&limit=1")))).containsExactly(waits);
        assertThat(ids(tree(get("/api/threads?status=idle&limit=200"))))
                .contains(newer)
                .doesNotContain(waits);
        assertThat(ids(tree(get("/api/threads?status=interrupted&search=nothing-like-it"))))
                .isEmpty();

        decide(waits, "reject");
        stream.awaitEnd();
        assertThat(tree(get("/api/threads")).path("waiting").asInt()).isEqualTo(before);
        assertThat(ids(tree(get("/api/threads?status=interrupted")))).doesNotContain(waits);
    }

    @Test
    void a_status_that_there_is_not_is_named() {
        var answer = get("/api/threads?status=waiting");

        assertProblem(answer, 400, "invalid_request", "status");
        assertThat(answer.jsonPath().getString("detail"))
                .isEqualTo("status: must be one of idle, running, interrupted, failed");
    }

    @Test
    void wrong_paging_is_named() {
        assertProblem(get("/api/threads?limit=0"), 400, "invalid_request", "limit");
        assertProblem(get("/api/threads?limit=many"), 400, "invalid_request", "limit");
        assertProblem(get("/api/threads?cursor=garbage!"), 400, "invalid_request", "cursor");
    }

    @Test
    void title_mode_and_metadata_can_be_changed() {
        String thread = thread();

        JsonNode answer = tree(json().body("{\"title\":\"New\",\"mode\":\"plan\",\"metadata\":{\"a\":[1]}}")
                .patch("/api/threads/" + thread));

        assertThat(answer.path("title").asText()).isEqualTo("New");
        JsonNode state = state(thread);
        assertThat(state.path("title").asText()).isEqualTo("New");
        assertThat(state.path("mode").asText()).isEqualTo("plan");
        assertThat(state.at("/metadata/a/0").asInt()).isEqualTo(1);
    }

    @Test
    void a_patch_is_checked() {
        String path = "/api/threads/" + thread();

        assertProblem(json().body("{\"owner\":\"me\"}").patch(path), 400, "invalid_request", "owner");
        assertProblem(json().body("{\"title\":7}").patch(path), 400, "invalid_request", "title");
        assertProblem(json().body("{\"mode\":\"fly\"}").patch(path), 400, "invalid_request", "mode");
        assertProblem(json().body("{\"metadata\":[]}").patch(path), 400, "invalid_request", "metadata");
    }

    @Test
    void an_interrupted_thread_shows_its_interrupt() {
        model.enqueue(Answer.call("execute", "{\"command\":\"true\"}"), Answer.text("ok"));
        String thread = thread();

        SseClient stream = chatUntilInterrupt(thread, "go");

        JsonNode state = state(thread);
        assertThat(state.path("status").asText()).isEqualTo("interrupted");
        assertThat(state.path("interrupt"))
                .isEqualTo(stream.await("RUN_FINISHED").data().at("/outcome/interrupts/0"));
        decide(thread, "reject");
        stream.awaitEnd();
        assertThat(state(thread).path("interrupt").isNull()).isTrue();
    }

    @Test
    void a_failed_turn_leaves_the_thread_failed_and_usable() {
        model.enqueue(Answer.status(400, "{\"error\":{\"message\":\"no\"}}"), Answer.text("better"));
        String thread = thread();
        chat(thread, "go").awaitEnd();
        assertThat(state(thread).path("status").asText()).isEqualTo("failed");

        chat(thread, "again").awaitEnd();

        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
    }

    @Test
    void a_deleted_thread_is_gone_from_everywhere() {
        String thread = thread();
        shell(thread, "echo secret > f");
        assertThat(Files.exists(ServiceUnderTest.dataDir().resolve("workspaces").resolve(thread)))
                .isTrue();

        given().delete("/api/threads/" + thread).then().statusCode(204);

        String path = "/api/threads/" + thread;
        assertProblem(get(path), 404, "not_found");
        assertProblem(get(path + "/messages"), 404, "not_found");
        assertProblem(get(path + "/events?follow=false"), 404, "not_found");
        assertProblem(given().delete(path), 404, "not_found");
        assertProblem(exec(thread, "true"), 404, "not_found");
        assertProblem(file(thread, "/workspace/f"), 404, "not_found");
        assertProblem(post(path + "/cancel", ""), 404, "not_found");
        assertProblem(resume(thread, "{\"action\":\"approve\"}"), 404, "not_found");
        assertProblem(post("/api/chat/" + thread, "{\"message\":\"hi\"}"), 404, "not_found");
        assertThat(ids(tree(get("/api/threads?limit=200")))).doesNotContain(thread);
        assertThat(Files.exists(ServiceUnderTest.dataDir().resolve("workspaces").resolve(thread)))
                .isFalse();
    }

    @Test
    void deleting_cancels_what_runs_and_ends_its_streams() {
        model.enqueue(Answer.text("never ends").stallAfter(2));
        String thread = thread();
        SseClient stream = chat(thread, "go");
        stream.await("TEXT_MESSAGE_CONTENT");

        given().delete("/api/threads/" + thread).then().statusCode(204);

        stream.awaitEnd();
        assertProblem(get("/api/threads/" + thread), 404, "not_found");
    }

    @Test
    void a_second_message_while_a_turn_runs_or_waits_is_refused() {
        model.enqueue(Answer.call("execute", "{\"command\":\"true\"}").firstDelay(500), Answer.text("ok"));
        String thread = thread();
        SseClient stream = chat(thread, "go");
        stream.await("RUN_STARTED");
        assertProblem(post("/api/chat/" + thread, "{\"message\":\"more\"}"), 409, "run_active");
        awaitStatus(thread, "interrupted");
        long before = state(thread).path("last_event_id").asLong();

        var second = post("/api/chat/" + thread, "{\"message\":\"more\"}");

        assertProblem(second, 409, "run_active");
        assertThat(state(thread).path("last_event_id").asLong()).isEqualTo(before);
        decide(thread, "reject");
        stream.awaitEnd();
    }
}
