package dev.holdpoint.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
        value = TracedService.class,
        initArgs = @ResourceArg(name = "HOLDPOINT_TRACE_CONTENT", value = "true"))
class TraceContentTest {

    @Test
    void what_was_said_is_traced_when_the_setting_says_so() {
        String thread = given().post("/api/sessions").path("thread_id");

        TelemetryTest.turn(thread, "run: echo private-words");

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> TracedService.collector().bodies().contains("holdpoint.run_id"));
        assertThat(TracedService.collector().bodies())
                .contains("gen_ai.input.messages", "gen_ai.tool.call.arguments", "echo private-words");
    }
}
