package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.Locked;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that lets two commands run and one wait, and workspaces hold 4 MiB. */
@QuarkusTest
@TestProfile(Locked.class)
@WithTestResource(ServiceUnderTest.class)
class BusyTest {

    private static final String UNTIL_GO = "until [ -e go ]; do sleep 0.05; done";

    private String thread = "";

    private static RequestSpecification keyed() {
        return given().header("Authorization", "Bearer " + Locked.KEY);
    }

    @BeforeEach
    void open() {
        thread = keyed().post("/api/sessions").path("thread_id");
    }

    private Response exec(String command) {
        return keyed().contentType("application/json")
                .body(Api.text(Map.of("command", command)))
                .post("/api/threads/" + thread + "/exec");
    }

    private CompletableFuture<Response> begin(String command) {
        return CompletableFuture.supplyAsync(() -> exec(command), Thread::startVirtualThread);
    }

    private static void awaitCommands(String state, int number) {
        String line = "holdpoint_commands_" + state + " " + number + ".0";
        Awaitility.await().until(() -> given().get("/q/metrics").asString().contains(line));
    }

    private Response upload(String path, int bytes) {
        return keyed().contentType("application/octet-stream")
                .queryParam("path", path)
                .body(new byte[bytes])
                .put("/api/threads/" + thread + "/files/content");
    }

    @Test
    void a_command_waits_for_its_turn_and_is_refused_when_it_takes_too_long() {
        var first = begin(UNTIL_GO);
        var second = begin(UNTIL_GO);
        awaitCommands("running", 2);
        var third = begin("touch third");
        awaitCommands("waiting", 1);

        Response fourth = exec("touch fourth");

        assertProblem(fourth, 503, "overloaded");
        assertThat(fourth.header("Retry-After")).isEqualTo("5");
        assertThat(fourth.asString()).contains("HOLDPOINT_SANDBOX_QUEUE");
        assertProblem(third.join(), 503, "overloaded");
        assertThat(third.join().header("Retry-After")).isEqualTo("5");
        assertThat(third.join().asString()).contains("its place in the queue was 1. Try again in 5 s.");
        assertThat(upload("/workspace/go", 0).statusCode()).isEqualTo(201);
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(second.join().statusCode()).isEqualTo(200);
        assertThat(tree(exec("ls")).path("output").asText()).isEqualTo("go\n");
    }

    @Test
    void a_command_that_waited_runs_with_its_whole_time() {
        var first = begin(UNTIL_GO);
        var second = begin(UNTIL_GO);
        awaitCommands("running", 2);
        var third = begin("echo now");
        awaitCommands("waiting", 1);

        upload("/workspace/go", 0);

        assertThat(tree(third.join()).path("output").asText()).isEqualTo("now\n");
        CompletableFuture.allOf(first, second).join();
    }

    @Test
    void a_command_that_fills_its_workspace_is_stopped_and_says_why() {
        JsonNode result = tree(exec("echo begun; while :; do head -c 300000 /dev/zero >> big; sleep 0.1; done"));

        assertThat(result.path("outcome").asText()).isEqualTo("error");
        assertThat(result.path("exit_code").isNull()).isTrue();
        assertThat(result.path("output").asText()).isEqualTo("begun\n");
        assertThat(result.path("reason").asText())
                .startsWith("stopped: the workspace may hold 4.0 MiB (HOLDPOINT_SANDBOX_DISK)");
        Response refused = upload("/workspace/more", 1000);
        assertProblem(refused, 413, "too_large");
        assertThat(tree(exec("rm big; ls")).path("outcome").asText()).isEqualTo("exited");
        Awaitility.await().until(() -> upload("/workspace/more", 1000).statusCode() == 201);
    }
}
