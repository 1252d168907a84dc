package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What an operator looks at. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class OperationsTest {

    @Test
    void it_is_alive() {
        assertThat(tree(get("/q/health/live")).path("status").asText()).isEqualTo("UP");
    }

    @Test
    void readiness_names_each_part() {
        JsonNode health = tree(get("/q/health/ready"));

        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(health.path("checks").valueStream().map(c -> c.path("name").asText()))
                .contains("store", "sandbox", "model");
        assertThat(health.path("checks")
                        .valueStream()
                        .filter(c -> c.path("name").asText().equals("sandbox"))
                        .map(c -> c.at("/data/uses").asText()))
                .containsExactly("bubblewrap");
    }

    @Test
    void an_unreachable_model_leaves_it_ready() {
        ServiceUnderTest.model().reset().enqueue(Answer.status(500, "{}"), Answer.status(500, "{}"));

        chat(thread(), "hi").awaitEnd();

        get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void metrics_are_for_prometheus() {
        var answer = get("/q/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).contains("# TYPE ").contains("jvm_");
    }

    @Test
    void there_is_a_page_with_the_headers_of_one() {
        var answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/html");
        assertThat(answer.asString()).contains("Holdpoint").contains("app.js");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'self'");
        assertThat(get("/app.js").statusCode()).isEqualTo(200);
        assertThat(get("/q/swagger-ui/").statusCode()).isEqualTo(200);
    }

    @Test
    void no_other_origin_is_let_in_unless_a_setting_says_so() {
        var answer = given().header("Origin", "https://elsewhere.example").get("/api/threads");

        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    }
}
