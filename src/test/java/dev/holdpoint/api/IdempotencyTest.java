package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.interrupts;
import static dev.holdpoint.testing.Api.messages;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.Crowd;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that is sent again under its key has the same answer and no second effect. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class IdempotencyTest {

    private static final int CLIENTS = 20;
    private static final String GO = "{\"message\":\"go\"}";
    private static final String APPROVE = "{\"action\":\"approve\"}";

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private final String key = UUID.randomUUID().toString();
    private String thread = "";

    @BeforeEach
    void reset() {
        model.reset();
        thread = thread();
    }

    private SseClient chat() {
        return SseClient.open(HttpRequest.newBuilder(URI.create(Api.baseUrl() + "/api/chat/" + thread))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(GO))
                .build());
    }

    private Response resume(String body) {
        return post("/api/resume/" + thread, key, body);
    }

    private Response exec(String body) {
        return post("/api/threads/" + thread + "/exec", key, body);
    }

    private static Answer holding(String... commands) {
        return Answer.calls(Arrays.stream(commands)
                .map(c -> new ToolCall("call_" + c, "execute", "{\"command\":\"" + c + "\"}"))
                .toArray(ToolCall[]::new));
    }

    /** A turn that waits for decisions on these commands. */
    private SseClient held(String... commands) {
        model.enqueue(holding(commands), Answer.text("done"));
        return Api.chatUntilInterrupt(thread, "go");
    }

    @Test
    void a_session_is_opened_once() {
        String body = "{\"title\":\"t\",\"metadata\":{\"a\":1,\"b\":[2]}}";
        JsonNode first = tree(post("/api/sessions", key, body));

        JsonNode again = tree(post("/api/sessions", key, "{ \"metadata\" : {\"b\":[2], \"a\":1},\n \"title\":\"t\" }"));

        assertThat(again).isEqualTo(first);
        assertThat(tree(post("/api/sessions", key + "-other", body))).isNotEqualTo(first);
    }

    @Test
    void a_session_that_many_ask_for_is_one() {
        String body = "{\"title\":\"crowd " + key + "\"}";
        int folders = workspaces();

        List<JsonNode> answers = Crowd.of(CLIENTS, i -> tree(post("/api/sessions", key, body)));

        assertThat(Set.copyOf(answers)).hasSize(1);
        assertThat(tree(get("/api/threads?search=" + key)).path("threads")).hasSize(1);
        assertThat(workspaces()).isEqualTo(folders + 1);
    }

    private static int workspaces() {
        String[] names = ServiceUnderTest.dataDir()
                .resolve("workspaces")
                .toFile()
                .list((folder, name) -> name.startsWith("user-"));
        return Objects.requireNonNull(names).length;
    }

    @Test
    void a_chat_that_comes_again_shows_the_turn_that_it_began() {
        model.enqueue(Answer.text("first answer"), Answer.text("second answer"));
        SseClient first = chat().awaitEnd();
        Api.chat(thread, "more").awaitEnd();

        SseClient again = chat().awaitEnd();

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.ids()).isEqualTo(first.ids());
        assertThat(again.frames("TEXT_MESSAGE_CONTENT"))
                .extracting(f -> f.text("/delta"))
                .containsExactly("first answer");
        assertThat(again.types()).endsWith("RUN_FINISHED");
        assertThat(model.requests()).hasSize(2);
        assertThat(messages(thread)).hasSize(4);
    }

    @Test
    void a_chat_that_many_send_is_one_turn() {
        model.enqueue(Answer.text("one answer").firstDelay(300));

        List<SseClient> streams = Crowd.of(CLIENTS, i -> chat());

        streams.forEach(SseClient::awaitEnd);
        assertThat(streams).allSatisfy(s -> {
            assertThat(s.status()).isEqualTo(200);
            assertThat(s.ids()).isEqualTo(streams.getFirst().ids());
            assertThat(s.types()).endsWith("RUN_FINISHED");
        });
        assertThat(model.requests()).hasSize(1);
        assertThat(messages(thread)).hasSize(2);
    }

    @Test
    void a_chat_that_waits_for_a_person_can_be_taken_up_again() {
        model.enqueue(holding("true"), Answer.text("done"));
        SseClient first = chat();
        first.await("RUN_FINISHED");
        first.close();

        SseClient again = chat();

        assertThat(again.await("RUN_FINISHED").text("/outcome/type")).isEqualTo("interrupt");
        tree(decide(thread, "approve"));
        assertThat(again.awaitEnd().frames("RUN_FINISHED").getLast().text("/outcome/type"))
                .isEqualTo("success");
    }

    @Test
    void a_decision_that_comes_again_has_the_same_answer_when_the_turn_is_over() {
        SseClient stream = held("echo x >> log");
        JsonNode first = tree(resume(APPROVE));
        stream.awaitEnd();

        JsonNode again = tree(resume(APPROVE));

        assertThat(again).isEqualTo(first);
        assertThat(shell(thread, "cat log")).isEqualTo("x\n");
        assertProblem(decide(thread, "approve"), 409, "nothing_pending");
    }

    @Test
    void a_decision_by_place_is_answered_as_it_was_then() {
        SseClient stream = held("true", "false");
        String first = interrupts(thread).getFirst().path("id").asText();
        String some = "{\"decisions\":[{\"interrupt_id\":\"" + first + "\",\"type\":\"approve\"}]}";
        JsonNode partly = tree(post("/api/resume/" + thread, key + "-some", some));
        String byPlace = "{\"decisions\":[{\"type\":\"reject\"}]}";
        JsonNode wholly = tree(resume(byPlace));
        stream.awaitEnd();

        assertThat(tree(post("/api/resume/" + thread, key + "-some", some))).isEqualTo(partly);
        assertThat(tree(resume(byPlace))).isEqualTo(wholly);

        assertThat(partly.path("message").asText()).contains("1 still pending");
        assertThat(wholly.path("message").asText()).contains("goes on");
        assertThat(stream.frames("TOOL_CALL_RESULT")).hasSize(2);
    }

    @Test
    void a_decision_that_changed_nothing_has_the_same_answer_again() {
        SseClient stream = held("sleep 2");
        tree(decide(thread, "approve"));
        JsonNode late = tree(resume(APPROVE));
        stream.awaitEnd();

        assertThat(tree(resume(APPROVE))).isEqualTo(late);
    }

    @Test
    void a_command_runs_once() {
        String body = "{\"command\":\"echo 'Grüße' >> log; cat log; exit 3\"}";
        JsonNode first = tree(exec(body));

        JsonNode again = tree(exec(body));

        assertThat(again).isEqualTo(first);
        assertThat(first.path("exit_code").asInt()).isEqualTo(3);
        assertThat(shell(thread, "cat log")).isEqualTo("Grüße\n");
    }

    @Test
    void a_command_that_many_send_runs_once() {
        String body = "{\"command\":\"echo x >> log; sleep 2; echo hi\"}";

        List<Response> answers = Crowd.of(CLIENTS, i -> exec(body));

        List<Response> refused =
                answers.stream().filter(a -> a.statusCode() != 200).toList();
        assertThat(refused).hasSizeLessThan(CLIENTS).isNotEmpty().allSatisfy(a -> {
            assertProblem(a, 409, "request_in_progress");
            assertThat(a.header("Retry-After")).isEqualTo("5");
        });
        Response told = Awaitility.await().until(() -> exec(body), a -> a.statusCode() == 200);
        assertThat(tree(told).path("output").asText()).isEqualTo("hi\n");
        assertThat(answers.stream()
                        .filter(a -> a.statusCode() == 200)
                        .map(Response::asString)
                        .collect(Collectors.toSet()))
                .containsExactly(told.asString());
        assertThat(shell(thread, "cat log")).isEqualTo("x\n");
    }

    @Test
    void a_command_that_was_refused_may_be_sent_again() {
        assertProblem(exec("{\"command\":\"a\\u0000b\"}"), 400, "invalid_request");

        assertThat(tree(exec("{\"command\":\"echo hi\"}")).path("output").asText())
                .isEqualTo("hi\n");
    }

    @Test
    void a_chat_that_was_refused_may_be_sent_again() {
        SseClient stream = held("true");
        assertProblem(post("/api/chat/" + thread, key, GO), 409, "run_active");
        tree(decide(thread, "reject"));
        stream.awaitEnd();
        model.enqueue(Answer.text("now"));

        SseClient again = chat().awaitEnd();

        assertThat(again.types()).endsWith("RUN_FINISHED");
    }
}
