package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.exec;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that go on in the background, of people and of the agent. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ProcessesTest {

    private static final String TICKS = "i=0; while :; do i=$((i+1)); echo $i | tee -a ticks; sleep 0.05; done";

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private String thread = "";

    @BeforeEach
    void open() {
        model.reset();
        thread = thread();
    }

    private Response start(String command) {
        return post("/api/threads/" + thread + "/exec", Api.text(Map.of("command", command, "background", true)));
    }

    private String started(String command) {
        Response answer = start(command);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        return Api.read(answer.asString()).path("id").asText();
    }

    private JsonNode process(String id, long after) {
        return tree(get("/api/threads/" + thread + "/processes/" + id + "?after=" + after));
    }

    private List<JsonNode> list() {
        return tree(get("/api/threads/" + thread + "/processes"))
                .path("processes")
                .valueStream()
                .toList();
    }

    private JsonNode awaitEnd(String id) {
        return Awaitility.await()
                .until(() -> process(id, 0), p -> p.path("state").asText().equals("ended"));
    }

    private Response kill(String id) {
        return given().delete("/api/threads/" + thread + "/processes/" + id);
    }

    private Path ticks() {
        return ServiceUnderTest.dataDir().resolve("workspaces").resolve(thread).resolve("ticks");
    }

    private void assertNothingTicks() {
        long size = ticks().toFile().length();
        Awaitility.await()
                .during(Duration.ofMillis(400))
                .atMost(Duration.ofSeconds(2))
                .until(() -> ticks().toFile().length() == size);
    }

    @Test
    void a_command_in_the_background_goes_on_and_tells_how_it_ended() {
        String id = started("echo out; echo err >&2; until [ -e go ]; do sleep 0.05; done; echo bye; exit 7");

        JsonNode running = process(id, 0);
        assertThat(running.path("state").asText()).isEqualTo("running");
        assertThat(running.has("outcome") || running.has("exit_code") || running.has("ended_at"))
                .isFalse();
        shell(thread, "touch go");

        JsonNode ended = awaitEnd(id);
        assertThat(ended.path("outcome").asText()).isEqualTo("exited");
        assertThat(ended.path("exit_code").asInt()).isEqualTo(7);
        assertThat(ended.path("output").asText()).contains("out\n", "err\n", "bye\n");
        assertThat(ended.path("output_bytes").asInt()).isEqualTo(12);
        assertThat(list()).singleElement().satisfies(one -> {
            assertThat(one.path("id").asText()).isEqualTo(id);
            assertThat(one.has("output")).isFalse();
        });
    }

    @Test
    void whoever_follows_the_output_gets_each_line_once() {
        String id = started(TICKS);
        StringBuilder seen = new StringBuilder();
        long[] next = {0};

        Awaitility.await().until(() -> {
            JsonNode more = process(id, next[0]);
            assertThat(more.path("from").asLong()).isEqualTo(next[0]);
            next[0] = more.path("next").asLong();
            seen.append(more.path("output").asText());
            return seen.toString().contains("\n20\n");
        });

        assertThat(seen.toString().lines().limit(20))
                .containsExactly("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20".split(" "));
        kill(id);
    }

    @Test
    void killing_it_ends_it_with_its_children() {
        String id = started("(" + TICKS + ") & (" + TICKS + ") & wait");
        Awaitility.await().until(() -> Files.exists(ticks()));

        Response answer = kill(id);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(process(id, 0).path("outcome").asText()).isEqualTo("cancelled");
        assertNothingTicks();
        assertThat(kill(id).statusCode()).as("as often as one likes").isEqualTo(204);
    }

    @Test
    void it_has_a_timeout_if_it_was_given_one() {
        String body = "{\"command\":\"sleep 60\",\"background\":true,\"timeout_s\":1}";

        String id = Api.read(post("/api/threads/" + thread + "/exec", body).asString())
                .path("id")
                .asText();

        assertThat(awaitEnd(id).path("outcome").asText()).isEqualTo("timed_out");
    }

    @Test
    void there_are_no_more_than_may_be() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(started("sleep 60"));
        }

        Response fourth = start("touch too-many");

        assertProblem(fourth, 503, "overloaded");
        assertThat(fourth.header("Retry-After")).isEqualTo("5");
        assertThat(fourth.asString()).contains("HOLDPOINT_BACKGROUND_MAX");
        assertProblem(file(thread, "/workspace/too-many"), 404, "not_found");
        kill(ids.getFirst());
        started("true");
        ids.forEach(this::kill);
    }

    @Test
    void deleting_the_thread_ends_it() {
        started(TICKS);
        Awaitility.await().until(() -> Files.exists(ticks()));

        assertThat(given().delete("/api/threads/" + thread).statusCode()).isEqualTo(204);

        assertThat(ticks()).doesNotExist();
        assertProblem(get("/api/threads/" + thread + "/processes"), 404, "not_found");
    }

    @Test
    void a_request_that_comes_again_starts_nothing_and_has_the_same_answer() {
        String body = Api.text(Map.of("command", "echo x >> runs; sleep 60", "background", true));
        String path = "/api/threads/" + thread + "/exec";
        Response first = given().header("Idempotency-Key", "k")
                .contentType("application/json")
                .body(body)
                .post(path);

        Response again = given().header("Idempotency-Key", "k")
                .contentType("application/json")
                .body(body)
                .post(path);

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.asString()).isEqualTo(first.asString());
        assertThat(list()).hasSize(1);
        assertProblem(
                given().header("Idempotency-Key", "k")
                        .contentType("application/json")
                        .body(body.replace("true", "false"))
                        .post(path),
                422,
                "idempotency_mismatch");
        kill(Api.read(first.asString()).path("id").asText());
    }

    @Test
    void what_does_not_exist_is_not_found_and_what_is_wrong_is_named() {
        String path = "/api/threads/" + thread;
        String id = started("true");

        assertProblem(get(path + "/processes/proc_none"), 404, "not_found");
        assertProblem(kill("proc_none"), 404, "not_found");
        assertProblem(get("/api/threads/user-unknown/processes"), 404, "not_found");
        assertProblem(get("/api/threads/" + thread() + "/processes/" + id), 404, "not_found");
        assertProblem(get(path + "/processes/" + id + "?after=-1"), 400, "invalid_request", "after");
        assertProblem(get(path + "/processes/" + id + "?after=x"), 400, "invalid_request", "after");
        assertProblem(
                post(path + "/exec", "{\"command\":\"true\",\"background\":1}"), 400, "invalid_request", "background");
        assertProblem(post(path + "/exec", "{\"command\":\"a\\u0000b\",\"background\":true}"), 400, "invalid_request");
    }

    @Test
    void the_agent_starts_looks_at_and_ends_one_and_the_person_sees_what_it_is() {
        model.enqueue(
                Answer.call("execute", "{\"command\":\"" + TICKS + "\",\"background\":true}"),
                Answer.call("process", "{\"action\":\"list\"}"),
                Answer.text("It runs."));
        SseClient stream = chatUntilInterrupt(thread, "serve");
        assertThat(Api.state(thread).at("/interrupt/metadata/rendering").asText())
                .startsWith("In the background, until it ends by itself, is killed, or the sandbox ends:\ni=0;");
        decide(thread, "approve");
        stream.awaitEnd();

        assertThat(list())
                .singleElement()
                .satisfies(one -> assertThat(one.path("state").asText())
                        .as("the turn is over, and it goes on")
                        .isEqualTo("running"));
        String id = list().getFirst().path("id").asText();
        assertThat(model.lastRequest().text()).contains(id + " running, ");
        Awaitility.await().until(() -> process(id, 0).path("output").asText().contains("3\n"));

        model.enqueue(
                Answer.call("process", "{\"action\":\"output\",\"id\":\"" + id + "\"}"),
                Answer.call("process", "{\"action\":\"kill\",\"id\":\"" + id + "\"}"),
                Answer.call("process", "{\"action\":\"output\",\"id\":\"gone\"}"),
                Answer.text("It is over."));
        Api.chat(thread, "stop").awaitEnd();

        assertThat(model.lastRequest().text())
                .contains(
                        "1\\n2\\n3\\n",
                        "[running; for what comes next",
                        "[" + id + " has ended]",
                        "no command with the id 'gone'");
        assertThat(process(id, 0).path("outcome").asText()).isEqualTo("cancelled");
        assertNothingTicks();
    }

    @Test
    void cancelling_the_turn_leaves_it_alone() {
        model.enqueue(
                Answer.call("execute", "{\"command\":\"sleep 60\",\"background\":true}"),
                Answer.call("execute", "{\"command\":\"sleep 61\"}"));
        SseClient stream = chatUntilInterrupt(thread, "go");
        decide(thread, "approve");
        Awaitility.await()
                .until(() -> Api.state(thread).path("status").asText().equals("interrupted") && list().size() == 1);

        post("/api/threads/" + thread + "/cancel", "");
        stream.awaitEnd();

        assertThat(list().getFirst().path("state").asText()).isEqualTo("running");
        assertThat(exec(thread, "true").statusCode()).isEqualTo(200);
        kill(list().getFirst().path("id").asText());
    }
}
