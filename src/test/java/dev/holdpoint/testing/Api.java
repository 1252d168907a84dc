package dev.holdpoint.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.testing.SseClient.Frame;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Speaks to the service under test as its clients do. */
public final class Api {

    private static final JsonMapper JSON = new JsonMapper();

    private Api() {}

    public static String baseUrl() {
        return RestAssured.baseURI + ":" + RestAssured.port;
    }

    /** Opens a session. */
    public static String thread() {
        return post("/api/sessions", "").then().statusCode(200).extract().path("thread_id");
    }

    public static SseClient chat(String thread, String message) {
        return stream("/api/chat/" + thread, text(Map.of("message", message)));
    }

    /** Chats, and waits for the interrupt; the stream stays open. */
    public static SseClient chatUntilInterrupt(String thread, String message) {
        SseClient stream = chat(thread, message);
        stream.await("RUN_FINISHED");
        return stream;
    }

    public static SseClient stream(String path, String body) {
        return SseClient.open(HttpRequest.newBuilder(URI.create(baseUrl() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Follows a thread; the query may be empty. */
    public static SseClient events(String thread, String query, @Nullable String lastEventId) {
        var request = HttpRequest.newBuilder(URI.create(baseUrl() + "/api/threads/" + thread + "/events" + query));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        return SseClient.open(request.build());
    }

    /** All that stands in the journal of a thread, from after an id. */
    public static List<Frame> journal(String thread, @Nullable String lastEventId) {
        return events(thread, "?follow=false", lastEventId).awaitEnd().frames();
    }

    public static Response resume(String thread, String body) {
        return post("/api/resume/" + thread, body);
    }

    public static Response decide(String thread, String action) {
        return resume(thread, "{\"action\":\"" + action + "\"}");
    }

    /** One decision; {@code more} is JSON to add, such as {@code ,"message":"…"}. */
    public static Response decide(String thread, String interruptId, String type, String more) {
        return resume(
                thread,
                "{\"decisions\":[{\"interrupt_id\":\"%s\",\"type\":\"%s\"%s}]}".formatted(interruptId, type, more));
    }

    public static Response post(String path, String body) {
        return json().body(body).post(path);
    }

    /** With a name for the request, to send it again. */
    public static Response post(String path, String key, String body) {
        return json().header("Idempotency-Key", key).body(body).post(path);
    }

    public static Response get(String path) {
        return given().get(path);
    }

    public static RequestSpecification json() {
        return given().contentType(ContentType.JSON);
    }

    /** A thread as it is now. */
    public static JsonNode state(String thread) {
        return tree(get("/api/threads/" + thread));
    }

    public static List<JsonNode> messages(String thread) {
        return tree(get("/api/threads/" + thread + "/messages"))
                .path("messages")
                .valueStream()
                .toList();
    }

    /** The interrupts that are open, in the order of their calls. */
    public static List<JsonNode> interrupts(String thread) {
        return state(thread).path("interrupts").valueStream().toList();
    }

    public static void awaitStatus(String thread, String status) {
        Awaitility.await(status)
                .atMost(SseClient.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> state(thread).path("status").asText().equals(status));
    }

    public static Response exec(String thread, String command) {
        return post("/api/threads/" + thread + "/exec", text(Map.of("command", command)));
    }

    /** A person's command that must succeed. */
    public static String shell(String thread, String command) {
        JsonNode result = tree(exec(thread, command));
        assertThat(result.path("exit_code").asInt(-1)).as(result.toString()).isZero();
        return result.path("output").asText();
    }

    public static Response file(String thread, String path) {
        return given().queryParam("path", path).get("/api/threads/" + thread + "/files/content");
    }

    public static Response upload(String thread, String path, byte[] content) {
        return given().queryParam("path", path)
                .contentType("application/octet-stream")
                .body(content)
                .put("/api/threads/" + thread + "/files/content");
    }

    public static void assertProblem(Response response, int status, String code) {
        String body = response.asString();
        assertThat(response.statusCode()).as(body).isEqualTo(status);
        assertThat(response.contentType()).as(body).startsWith("application/problem+json");
        JsonNode problem = read(body);
        assertThat(problem.path("code").asText()).as(body).isEqualTo(code);
        assertThat(problem.path("status").asInt()).as(body).isEqualTo(status);
        assertThat(problem.path("title").asText()).as(body).isNotBlank();
        assertThat(problem.path("detail").asText()).as(body).isNotBlank();
        assertThat(body).doesNotContainPattern("\\tat |Exception|jdbc:|SELECT |" + ServiceUnderTest.dataDir());
    }

    public static void assertProblem(Response response, int status, String code, String field) {
        assertProblem(response, status, code);
        assertThat(read(response.asString()).path("field").asText())
                .as(response.asString())
                .isEqualTo(field);
    }

    public static JsonNode tree(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return read(response.asString());
    }

    public static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + json, e);
        }
    }

    public static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
