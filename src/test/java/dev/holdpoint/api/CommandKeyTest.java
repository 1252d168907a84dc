package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's own command, ended by that person, or asked for later. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class CommandKeyTest {

    private static final String LONG = "{\"command\":\"echo up; touch began; sleep 100 & sleep 100; touch over\"}";

    private String thread = "";

    @BeforeEach
    void open() {
        thread = thread();
    }

    private Response exec(String key, String body) {
        return post("/api/threads/" + thread + "/exec", key, body);
    }

    private Response stop(String key) {
        return given().queryParam("key", key).delete("/api/threads/" + thread + "/exec");
    }

    private Response answer(String key) {
        return given().queryParam("key", key).get("/api/threads/" + thread + "/exec");
    }

    private CompletableFuture<Response> running(String key) {
        var answer = CompletableFuture.supplyAsync(() -> exec(key, LONG));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> file(thread, "/workspace/began").statusCode() == 200);
        return answer;
    }

    @Test
    void it_ends_at_once_and_says_what_it_printed() throws Exception {
        var answer = running("a/b+c&d");
        assertThat(tree(answer("a/b+c&d")).toString()).isEqualTo("{\"running\":true,\"output\":\"up\\n\"}");
        long since = System.nanoTime();

        stop("a/b+c&d").then().statusCode(204);

        JsonNode result = tree(answer.get(20, TimeUnit.SECONDS));
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
        assertThat(result.path("outcome").asText()).isEqualTo("cancelled");
        assertThat(result.path("exit_code").isIntegralNumber()).isFalse();
        assertThat(result.path("output").asText()).isEqualTo("up\n");
        assertThat(tree(exec("a/b+c&d", LONG))).as("sent again").isEqualTo(result);
        assertThat(tree(answer("a/b+c&d"))).as("asked for").isEqualTo(result);
        assertThat(file(thread, "/workspace/over").statusCode()).isEqualTo(404);
        assertThat(tree(exec("next", "{\"command\":\"echo next\"}"))
                        .path("output")
                        .asText())
                .isEqualTo("next\n");
    }

    @Test
    void the_end_of_what_it_prints_is_seen_meanwhile() throws Exception {
        String command = "seq 1 20000; printf '\\360\\237\\230\\200\\n'; touch printed; sleep 100";
        var answer = CompletableFuture.supplyAsync(() -> exec(
                "long", Wire.JSON.createObjectNode().put("command", command).toString()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> file(thread, "/workspace/printed").statusCode() == 200);

        Awaitility.await().untilAsserted(() -> {
            String printed = tree(answer("long")).path("output").asText();
            assertThat(printed).hasSizeLessThanOrEqualTo(20_000).endsWith("19999\n20000\n\ud83d\ude00\n");
            assertThat(printed).hasSizeGreaterThan(19_000);
        });

        stop("long").then().statusCode(204);
        assertThat(tree(answer.get(20, TimeUnit.SECONDS)).path("output").asText())
                .startsWith("1\n2\n");
    }

    @Test
    void one_that_does_not_run_is_not_stopped() {
        exec("over", "{\"command\":\"true\"}").then().statusCode(200);

        assertProblem(stop("over"), 409, "nothing_running");
        assertProblem(stop("never"), 409, "nothing_running");
        assertProblem(given().delete("/api/threads/" + thread + "/exec"), 400, "invalid_request", "key");
    }

    @Test
    void to_ask_for_an_answer_runs_nothing() {
        assertProblem(answer("never"), 404, "not_found");
        assertProblem(given().get("/api/threads/" + thread + "/exec"), 400, "invalid_request", "key");

        exec("background", "{\"command\":\"sleep 100\",\"background\":true}")
                .then()
                .statusCode(202);
        assertProblem(answer("background"), 404, "not_found");
    }

    @Test
    void nobody_stops_it_in_another_thread() throws Exception {
        var answer = running("mine");
        String other = thread();

        assertProblem(
                given().queryParam("key", "mine").delete("/api/threads/" + other + "/exec"), 409, "nothing_running");
        assertProblem(given().queryParam("key", "mine").delete("/api/threads/none/exec"), 404, "not_found");
        assertThat(answer.isDone()).isFalse();

        stop("mine").then().statusCode(204);
        assertThat(tree(answer.get(20, TimeUnit.SECONDS)).path("outcome").asText())
                .isEqualTo("cancelled");
    }
}
