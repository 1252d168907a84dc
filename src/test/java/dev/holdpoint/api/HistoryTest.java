package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.journal;
import static dev.holdpoint.testing.Api.messages;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.text;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads are searched, forked, exported and imported. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class HistoryTest {

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    private static Response fork(String thread, String body) {
        return post("/api/threads/" + thread + "/fork", body);
    }

    private static String fork(String thread, long at) {
        return tree(fork(thread, "{\"at\":" + at + "}")).path("thread_id").asText();
    }

    private static Response export(String thread) {
        return get("/api/threads/" + thread + "/export");
    }

    private static RequestSpecification lines() {
        return given().contentType("application/x-ndjson");
    }

    private static Response load(String lines) {
        return lines().body(lines.getBytes(StandardCharsets.UTF_8)).post("/api/threads/import");
    }

    private static long last(String thread) {
        return state(thread).path("last_event_id").asLong();
    }

    private static List<String> texts(String thread) {
        return messages(thread).stream().map(m -> m.path("content").asText()).toList();
    }

    @Test
    void threads_are_found_by_title_page_by_page() {
        String word = UUID.randomUUID().toString();
        for (int i = 0; i < 3; i++) {
            post("/api/sessions", "{\"title\":\"Über " + word + " " + i + "\"}");
        }

        JsonNode first = tree(given().queryParam("search", "ÜBER " + word).get("/api/threads?limit=2"));
        JsonNode second = tree(given().queryParam("search", "ÜBER " + word)
                .queryParam("cursor", first.path("next_cursor").asText())
                .get("/api/threads?limit=2"));

        assertThat(first.at("/threads/0/title").asText()).isEqualTo("Über " + word + " 2");
        assertThat(first.path("threads")).hasSize(2);
        assertThat(second.path("threads")).hasSize(1);
        assertThat(second.path("next_cursor").isNull()).isTrue();
        assertThat(tree(get("/api/threads?search=")).path("threads")).isNotEmpty();
        assertProblem(get("/api/threads?search=" + "x".repeat(201)), 400, "invalid_request", "search");
    }

    @Test
    void a_message_is_edited_and_sent_again_in_a_fork() {
        model.enqueue(Answer.text("one"), Answer.text("two"), Answer.text("another two"));
        String thread = thread();
        shell(thread, "echo kept > f");
        chat(thread, "first").awaitEnd();
        long before = last(thread);
        chat(thread, "secnod").awaitEnd();

        String fork = fork(thread, before);
        chat(fork, "second").awaitEnd();

        assertThat(model.lastRequest().text())
                .contains("\"first\"", "\"one\"", "\"second\"")
                .doesNotContain("secnod", "\"two\"");
        assertThat(texts(fork)).containsExactly("first", "one", "second", "another two");
        assertThat(texts(thread)).containsExactly("first", "one", "secnod", "two");
        assertThat(file(fork, "/workspace/f").asString()).isEqualTo("kept\n");
        shell(fork, "echo changed > f");
        assertThat(file(thread, "/workspace/f").asString()).isEqualTo("kept\n");
    }

    @Test
    void a_fork_shows_the_same_events_and_has_the_title_that_is_asked_for() {
        model.enqueue(Answer.text("one"));
        String thread = thread();
        chat(thread, "first").awaitEnd();

        JsonNode fork = tree(fork(thread, text(Map.of("at", last(thread), "title", "Mine"))));

        assertThat(fork.path("title").asText()).isEqualTo("Mine");
        assertThat(fork.path("status").asText()).isEqualTo("idle");
        String id = fork.path("thread_id").asText();
        assertThat(state(id)).isEqualTo(fork);
        assertThat(journal(id, null))
                .extracting(f -> f.id() + f.data().path("type"))
                .isEqualTo(journal(thread, null).stream()
                        .map(f -> f.id() + f.data().path("type"))
                        .toList());
    }

    @Test
    void a_fork_at_a_hold_point_is_decided_by_itself() {
        model.enqueue(
                Answer.call("execute", "{\"command\":\"echo x >> log\"}"), Answer.text("ok"), Answer.text("rejected"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        String fork = fork(thread, last(thread));
        assertThat(state(fork).path("status").asText()).isEqualTo("interrupted");

        decide(fork, "approve").then().statusCode(200);
        Api.awaitStatus(fork, "idle");

        assertThat(file(fork, "/workspace/log").asString()).isEqualTo("x\n");
        assertThat(state(thread).path("status").asText()).isEqualTo("interrupted");
        assertProblem(file(thread, "/workspace/log"), 404, "not_found");
        decide(thread, "reject");
        stream.awaitEnd();
    }

    @Test
    void a_wrong_fork_is_named() {
        String thread = thread();

        assertProblem(fork(thread, "{}"), 400, "invalid_request", "at");
        assertProblem(fork(thread, "{\"at\":0}"), 400, "invalid_request", "at");
        assertProblem(fork(thread, "{\"at\":2}"), 400, "invalid_request", "at");
        assertProblem(fork(thread, "{\"at\":\"1\"}"), 400, "invalid_request", "at");
        assertProblem(fork(thread, "{\"at\":1.5}"), 400, "invalid_request", "at");
        assertProblem(fork(thread, "{\"at\":1,\"name\":\"x\"}"), 400, "invalid_request", "name");
        assertProblem(
                fork(thread, "{\"at\":1,\"title\":\"" + "x".repeat(201) + "\"}"), 400, "invalid_request", "title");
        assertProblem(fork("none", "{\"at\":1}"), 404, "not_found");
    }

    @Test
    void an_export_is_a_file_that_can_be_imported() {
        model.enqueue(Answer.call("ls", "{\"path\":\"/workspace\"}"), Answer.text("done"));
        String thread = thread();
        chat(thread, "look around").awaitEnd();

        Response export = export(thread);
        String loaded = tree(load(export.asString())).path("thread_id").asText();

        assertThat(export.contentType()).startsWith("application/x-ndjson");
        assertThat(export.header("Content-Disposition")).isEqualTo("attachment; filename=\"" + thread + ".ndjson\"");
        assertThat(export.headers().getValues("X-Content-Type-Options")).contains("nosniff");
        assertThat(loaded).isNotEqualTo(thread);
        assertThat(withoutHeader(export(loaded))).isEqualTo(withoutHeader(export));
        assertThat(messages(loaded)).isEqualTo(messages(thread));
        assertThat(state(loaded).path("created_at")).isEqualTo(state(thread).path("created_at"));
    }

    private static String withoutHeader(Response export) {
        String lines = export.asString();
        return lines.substring(lines.indexOf('\n'));
    }

    @Test
    void what_waits_in_an_import_is_over() {
        model.enqueue(Answer.call("execute", "{\"command\":\"echo x >> log\"}"), Answer.text("rejected"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");

        String loaded = tree(load(export(thread).asString())).path("thread_id").asText();

        assertThat(state(loaded).path("status").asText()).isEqualTo("idle");
        assertThat(state(loaded).path("interrupts")).isEmpty();
        assertProblem(decide(loaded, "approve"), 409, "nothing_pending");
        assertThat(journal(loaded, null).getLast().text("/code")).isEqualTo("cancelled");
        decide(thread, "reject");
        stream.awaitEnd();
    }

    @Test
    void a_wrong_file_is_refused_with_its_line_and_without_effect() {
        String thread = thread();
        String good = export(thread).asString();
        JsonNode before = tree(get("/api/threads?limit=1"));

        Response second = load(good.replace("\"events\":1", "\"events\":2")
                + "{\"seq\":2,\"at\":\"2026-01-31T12:00:00Z\",\"type\":\"run_finished\",\"event\":{\"run_id\":\"r\"}}");

        assertProblem(second, 400, "invalid_request");
        assertThat(second.path("detail").toString()).startsWith("line 3: ");
        assertProblem(load("hello"), 400, "invalid_request");
        assertProblem(load(""), 400, "invalid_request");
        assertThat(tree(get("/api/threads?limit=1"))).isEqualTo(before);
    }

    @Test
    void a_file_that_is_too_large_or_of_another_kind_is_refused() {
        assertProblem(load(" ".repeat((64 << 10) + 1)), 413, "too_large");
        assertProblem(post("/api/threads/import", "{}"), 415, "unsupported_media_type");
        assertProblem(export("none"), 404, "not_found");
    }
}
