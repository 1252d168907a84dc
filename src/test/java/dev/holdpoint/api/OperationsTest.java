package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator looks at. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class OperationsTest {

    private static final Pattern SCRIPT = Pattern.compile("src=\"\\./(assets/[^\"]+\\.js)\"");

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
    void there_is_a_page_that_runs_nothing_but_its_own() {
        var page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(page.asString()).contains("<title>Holdpoint</title>").contains("<div id=\"app\">");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(page.header("Vary")).containsIgnoringCase("Accept-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/swagger-ui", "/q/swagger-ui/", "/q/swagger-ui/index.html"})
    void the_description_can_be_tried_out_and_put_into_no_other_page(String path) {
        var answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).contains("swagger-ui-bundle.js");
        assertThat(answer.header("Content-Security-Policy")).isEqualTo("frame-ancestors 'none'");
    }

    @Test
    void what_the_page_is_made_of_may_come_a_moment_later() {
        var answer = get("/assets/none.js");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().getValues("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void no_problem_is_kept_by_anybody() {
        var answer = get("/api/threads/none");

        assertProblem(answer, 404, "not_found");
        assertThat(answer.headers().getValues("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void what_the_page_is_made_of_is_kept_by_browsers_and_travels_compressed() {
        String script = SCRIPT.matcher(get("/").asString())
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        var answer = given().header("Accept-Encoding", "gzip").get("/" + script);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).contains("immutable", "max-age=31536000");
        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.header("Vary")).containsIgnoringCase("Accept-Encoding");
    }

    @Test
    void what_the_api_answers_is_never_compressed() {
        String thread = thread();
        String file = "/api/threads/" + thread + "/files/content?path=/workspace/page.html";
        given().contentType("text/html")
                .body("a".repeat(10_000))
                .put(file)
                .then()
                .statusCode(201);
        var accepting = given().header("Accept-Encoding", "gzip");

        assertThat(accepting.get("/api/threads").header("Content-Encoding")).isNull();
        assertThat(accepting
                        .get("/api/threads/" + thread + "/events?follow=false")
                        .header("Content-Encoding"))
                .isNull();
        assertThat(accepting.get(file).headers().asList())
                .extracting(Header::getName, Header::getValue)
                .contains(tuple("Content-Length", "10000"))
                .noneMatch(header -> header.toList().contains("gzip"));
        assertThat(accepting.header("Range", "bytes=0-99").get(file).asByteArray())
                .hasSize(100);
    }

    @Test
    void no_other_origin_is_let_in_unless_a_setting_says_so() {
        var answer = given().header("Origin", "https://elsewhere.example").get("/api/threads");

        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    }
}
