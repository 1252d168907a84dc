package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Locked;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a key set, nobody gets in without it. */
@QuarkusTest
@TestProfile(Locked.class)
@WithTestResource(ServiceUnderTest.class)
class ApiKeyTest {

    private static final String KEY = Locked.KEY;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/threads",
                "/api/status",
                "/api/threads/user-none",
                "/api/threads/user-none/files",
                "/api/threads/user-none/events",
                "/api/nothing",
                "/api/threads/user-none/ports/8000/",
                "/api/threads/user-none/ports/8000",
                "//api/threads",
                "/api//threads",
                "/%61pi/threads",
                "/x/../api/threads",
                "/api;v=1/threads"
            })
    void nobody_gets_in_without_it(String path) {
        var answer = given().urlEncodingEnabled(false).get(path);

        assertThat(answer.statusCode()).as(answer.asString()).isIn(401, 404);
        assertThat(answer.asString()).doesNotContain("next_cursor", "version");
        if (path.startsWith("/api/")) {
            assertProblem(answer, 401, "unauthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void nothing_is_done_without_it() {
        assertProblem(given().post("/api/sessions"), 401, "unauthenticated");
        assertProblem(given().body("x").put("/api/threads/t/files/content?path=/workspace/x"), 401, "unauthenticated");
        assertProblem(given().delete("/api/threads/t"), 401, "unauthenticated");
        assertProblem(given().contentType("application/json").body("{}").post("/api/agui"), 401, "unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                "Basic YTpi",
                "a-key-for-tests",
                "Bearer a-key-for-tests2"
            })
    void a_wrong_one_does_not_do(String header) {
        var answer = given().header("Authorization", header).get("/api/threads");

        assertProblem(answer, 401, "unauthenticated");
        assertThat(answer.asString()).doesNotContain(KEY);
    }

    @Test
    void the_right_one_does() {
        given().header("Authorization", "Bearer " + KEY)
                .get("/api/threads")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/q/health/live", "/q/health/ready", "/q/openapi"})
    void the_page_and_the_probes_need_none(String path) {
        given().get(path).then().statusCode(200);
    }
}
