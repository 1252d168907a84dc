package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.json;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is a problem with a code, and nothing has happened. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class BadRequestTest {

    private static final int TOO_MUCH = 5 << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "nope",
                "[]",
                "7",
                "\"text\"",
                "null",
                "{\"message\":\"a\"} trailing",
                "{\"message\":\"a\",\"message\":\"b\"}"
            })
    void a_body_that_is_no_object_is_a_400(String body) {
        String thread = thread();

        assertProblem(post("/api/chat/" + thread, body), 400, "invalid_request");

        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | message",
                "{\"message\":null} | message",
                "{\"message\":\"\"} | message",
                "{\"message\":\"  \"} | message",
                "{\"message\":7} | message",
                "{\"message\":[\"a\"]} | message",
                "{\"message\":\"a\",\"mode\":\"fly\"} | mode",
                "{\"message\":\"a\",\"mode\":{}} | mode",
                "{\"message\":\"a\",\"model\":\"x\"} | model"
            })
    void a_wrong_field_of_a_chat_is_named(String body, String field) {
        assertProblem(post("/api/chat/" + thread(), body), 400, "invalid_request", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"title\":7} | title",
                "{\"mode\":\"BUILD\"} | mode",
                "{\"metadata\":\"x\"} | metadata",
                "{\"user\":\"x\"} | user"
            })
    void a_wrong_field_of_a_session_is_named(String body, String field) {
        assertProblem(post("/api/sessions", body), 400, "invalid_request", field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-00000000-0000-0000-0000-000000000000", "a.b", "%20", "%2e%2e%2fx", "x'--"})
    void an_unknown_thread_and_an_impossible_one_look_alike(String id) {
        var request = given().urlEncodingEnabled(false);

        assertProblem(request.get("/api/threads/" + id), 404, "not_found");
    }

    @Test
    void an_unknown_thread_is_a_404_for_every_call() {
        String path = "/api/threads/user-none";

        assertProblem(post("/api/chat/user-none", "{\"message\":\"hi\"}"), 404, "not_found");
        assertProblem(post("/api/resume/user-none", "{\"action\":\"approve\"}"), 404, "not_found");
        assertProblem(json().body("{\"title\":\"x\"}").patch(path), 404, "not_found");
        assertProblem(given().delete(path), 404, "not_found");
        assertProblem(get(path + "/messages"), 404, "not_found");
        assertProblem(get(path + "/events"), 404, "not_found");
        assertProblem(post(path + "/cancel", ""), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
    void another_content_type_is_a_415(String type) {
        var answer = given().header("Content-Type", type).body("message=hi").post("/api/chat/" + thread());

        assertProblem(answer, 415, "unsupported_media_type");
    }

    @Test
    void an_unknown_address_and_a_wrong_method_are_problems_too() {
        assertProblem(get("/api/nothing"), 404, "not_found");
        assertProblem(given().delete("/api/sessions"), 405, "method_not_allowed");
        assertProblem(get("/api/chat/" + thread()), 405, "method_not_allowed");
    }

    @Test
    void a_huge_body_is_a_413() {
        assertProblem(
                post("/api/chat/" + thread(), "{\"message\":\"" + "a".repeat(TOO_MUCH) + "\"}"), 413, "too_large");
    }

    @Test
    void a_huge_body_that_hides_its_length_is_a_413_too() throws IOException {
        String answer = chunked("/api/chat/" + thread(), TOO_MUCH);

        assertThat(answer).startsWith("HTTP/1.1 413");
    }

    /** Sends an endless string in chunks until the other side has heard enough. */
    private static String chunked(String path, int bytes) throws IOException {
        String chunk = "8000\r\n" + "a".repeat(0x8000) + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            var out = socket.getOutputStream();
            out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n")
                    .getBytes(US_ASCII));
            out.write("d\r\n{\"message\": \"\r\n".getBytes(US_ASCII));
            try {
                for (int sent = 0; sent < bytes; sent += 0x8000) {
                    out.write(chunk.getBytes(US_ASCII));
                }
                out.write("2\r\n\"}\r\n0\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException e) {
                // It has heard enough; what it says about it is read below.
            }
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, ISO_8859_1);
        }
    }

    @Test
    void a_long_message_is_refused_and_starts_nothing() {
        String thread = thread();

        var answer = post("/api/chat/" + thread, "{\"message\":\"" + "a".repeat(2 << 20) + "\"}");

        assertThat(answer.statusCode()).isIn(400, 413);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(state(thread).path("status").asText()).isEqualTo("idle");
    }

    @Test
    void deep_nesting_is_a_400() {
        String deep = "{\"metadata\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000) + "}";

        assertProblem(post("/api/sessions", deep), 400, "invalid_request");
    }

    @Test
    void broken_utf8_is_a_400_or_read_as_text_but_never_a_500() {
        byte[] body = "{\"title\":\"\u00ff\u00fe\"}".getBytes(ISO_8859_1);

        var answer =
                given().header("Content-Type", "application/json").body(body).post("/api/sessions");

        assertThat(answer.statusCode()).isLessThan(500);
    }

    @Test
    void a_json_answer_says_that_it_is_json() {
        var answer = get("/api/threads");

        assertThat(answer.contentType().toLowerCase(Locale.ROOT)).startsWith("application/json");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(Api.tree(answer).path("threads").isArray()).isTrue();
    }
}
