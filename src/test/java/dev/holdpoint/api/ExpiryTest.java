package dev.holdpoint.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Locked;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Where settings say so, what nobody decides in time is rejected by the system, and keys of requests are forgotten. */
@QuarkusTest
@TestProfile(Locked.class)
@WithTestResource(ServiceUnderTest.class)
class ExpiryTest {

    private static RequestSpecification keyed() {
        return given().header("Authorization", "Bearer " + Locked.KEY).contentType("application/json");
    }

    @Test
    void an_interrupt_that_expires_is_rejected_and_the_turn_goes_on() {
        ScriptedEndpoint model = ServiceUnderTest.model().reset();
        model.enqueue(Answer.call("execute", "{\"command\":\"touch made\"}"), Answer.text("Nobody was there."));
        String thread = keyed().post("/api/sessions").path("thread_id");

        String turn =
                keyed().body("{\"message\":\"go\"}").post("/api/chat/" + thread).asString();

        assertThat(turn)
                .contains("\"expiresAt\":\"")
                .contains("\"outcome\":\"rejected\"")
                .contains("\"outcome\":{\"type\":\"success\"}");
        assertThat(model.lastRequest().text()).contains("Nobody decided about this call in time");
        assertThat(keyed().get("/api/threads/" + thread + "/files").asString()).doesNotContain("made");
    }

    @Test
    void a_request_that_was_forgotten_is_carried_out_anew() {
        String first = opened();
        assertThat(opened()).isEqualTo(first);

        String later = Awaitility.await().until(ExpiryTest::opened, thread -> !thread.equals(first));

        assertThat(later).startsWith("user-");
    }

    private static String opened() {
        return keyed().header("Idempotency-Key", "again").post("/api/sessions").path("thread_id");
    }
}
