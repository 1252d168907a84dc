package dev.holdpoint.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A real turn, seen from Langfuse and from Prometheus. */
@QuarkusTest
@WithTestResource(TracedService.class)
class TelemetryTest {

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Test
    void a_turn_shows_in_traces_and_metrics_without_what_was_said() {
        String thread = given().contentType("application/json")
                .body("{\"metadata\":{\"user_id\":\"ada-lovelace\"}}")
                .post("/api/sessions")
                .path("thread_id");

        turn(thread, "run: echo private-words");

        Awaitility.await()
                .atMost(WAIT)
                .until(() -> TracedService.collector().bodies().contains("holdpoint.run_id"));
        assertThat(TracedService.collector().bodies())
                .contains("chat demo", "approval_wait execute", "execute_tool execute", thread, "ada-lovelace")
                .doesNotContain("private-words")
                .doesNotContain("POST /api", "SELECT", "INSERT");
        String keys = TracedService.PUBLIC_KEY + ":" + TracedService.SECRET_KEY;
        String basic = "Basic " + Base64.getEncoder().encodeToString(keys.getBytes(StandardCharsets.UTF_8));
        assertThat(TracedService.collector().received()).allSatisfy(received -> {
            assertThat(received.path()).isEqualTo("/api/public/otel/v1/traces");
            assertThat(received.authorization()).isEqualTo(basic);
        });
        assertMetrics();
    }

    /** Begins a turn, approves what it asks for, and waits for its end. */
    static void turn(String thread, String message) {
        CompletableFuture<String> stream = CompletableFuture.supplyAsync(() -> given().contentType("application/json")
                .body(Map.of("message", message))
                .post("/api/chat/" + thread)
                .asString());
        Awaitility.await()
                .atMost(WAIT)
                .until(() -> given().get("/api/threads/" + thread)
                        .<String>path("status")
                        .equals("interrupted"));
        given().contentType("application/json")
                .body("{\"action\":\"approve\"}")
                .post("/api/resume/" + thread)
                .then()
                .statusCode(200);
        assertThat(stream.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join()).contains("RUN_FINISHED");
    }

    private static void assertMetrics() {
        assertThat(given().get("/q/metrics").asString())
                .contains(
                        "holdpoint_turns_total{outcome=\"success\"} 1.0",
                        "holdpoint_turns_total{outcome=\"cancelled\"} 0.0",
                        "holdpoint_tool_calls_total{outcome=\"exited\",tool=\"execute\"} 1.0",
                        "holdpoint_approvals_total{by=\"user\",decision=\"approve\"} 1.0",
                        "holdpoint_approval_wait_seconds_count 1",
                        "holdpoint_approval_wait_seconds_bucket{",
                        "holdpoint_tokens_total{direction=\"output\"}",
                        "holdpoint_model_time_to_first_token_seconds_count",
                        // Their values are held by TurnMetricsTest: here a service that ran before in this JVM still
                        // counts.
                        "holdpoint_turns_active ",
                        "holdpoint_turns_waiting ",
                        "holdpoint_sandboxes ",
                        "holdpoint_sse_clients ")
                .doesNotContain("netty_eventexecutor_workers");
    }
}
