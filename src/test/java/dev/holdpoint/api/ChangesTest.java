package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static dev.holdpoint.testing.Api.upload;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a turn made of the workspace, with real tools in a real sandbox. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ChangesTest {

    private static final String NOTHING = "{\"run_id\":null,\"files\":[],\"truncated\":false}";

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private String thread = "";

    @BeforeEach
    void reset() {
        model.reset();
        thread = thread();
    }

    private static ToolCall execute(String command) {
        return new ToolCall("c" + System.nanoTime(), "execute", Api.text(Map.of("command", command)));
    }

    private SseClient turn(ToolCall... calls) {
        model.enqueue(Answer.calls(calls), Answer.text("done"));
        SseClient stream = chatUntilInterrupt(thread, "go");
        decide(thread, "approve");
        return stream.awaitEnd();
    }

    private JsonNode changes() {
        return tree(get("/api/threads/" + thread + "/changes"));
    }

    private List<String> files() {
        return changes()
                .path("files")
                .valueStream()
                .map(f -> f.path("change").asText() + " " + f.path("path").asText())
                .toList();
    }

    private JsonNode file(String path) {
        return changes()
                .path("files")
                .valueStream()
                .filter(f -> f.path("path").asText().equals(path))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void what_every_tool_changed_is_told_with_a_diff() {
        shell(thread, "echo one > edited; echo old > replaced; echo x > deleted; echo same > same");

        SseClient stream = turn(
                new ToolCall("c1", "write_file", "{\"file_path\":\"/workspace/replaced\",\"content\":\"new\\n\"}"),
                new ToolCall("c2", "write_file", "{\"file_path\":\"/workspace/d/made\",\"content\":\"made\\n\"}"),
                new ToolCall(
                        "c3",
                        "edit_file",
                        "{\"file_path\":\"/workspace/edited\",\"old_string\":\"one\",\"new_string\":\"two\"}"),
                execute("rm deleted; touch same; echo by a command > run"));

        assertThat(changes().path("run_id").asText())
                .isEqualTo(stream.frames("RUN_STARTED").getFirst().text("/runId"));
        assertThat(changes().path("truncated").isBoolean()).isTrue();
        assertThat(changes().path("truncated").asBoolean()).isFalse();
        assertThat(files())
                .containsExactly(
                        "added /workspace/d/made",
                        "deleted /workspace/deleted",
                        "modified /workspace/edited",
                        "modified /workspace/replaced",
                        "added /workspace/run");
        assertThat(file("/workspace/edited").path("diff").asText())
                .isEqualTo("--- /workspace/edited\n+++ /workspace/edited\n@@ -1,1 +1,1 @@\n-one\n+two");
        assertThat(file("/workspace/deleted").path("diff").asText()).endsWith("@@ -1,1 +0,0 @@\n-x");
        assertThat(file("/workspace/run").path("diff").asText()).contains("+by a command");
        assertThat(file("/workspace/run").has("reason")).isFalse();
    }

    @Test
    void what_cannot_be_shown_says_why() {
        shell(thread, "head -c 300000 /dev/zero | tr '\\0' x > large");

        turn(execute("printf '\\377' > binary; echo y >> large; : > empty"));

        assertThat(file("/workspace/binary").toString())
                .isEqualTo("{\"path\":\"/workspace/binary\",\"change\":\"added\",\"reason\":\"binary\"}");
        assertThat(file("/workspace/large").toString())
                .isEqualTo("{\"path\":\"/workspace/large\",\"change\":\"modified\",\"reason\":\"too_large\"}");
        assertThat(file("/workspace/empty").toString())
                .isEqualTo("{\"path\":\"/workspace/empty\",\"change\":\"added\",\"diff\":\"\"}");
    }

    @Test
    void a_link_leads_nowhere() {
        shell(thread, "mkdir d; echo mine > d/passwd");

        turn(execute("rm -r d; ln -s /etc d; ln -s /etc/passwd link"));

        assertThat(files())
                .containsExactly("added /workspace/d", "deleted /workspace/d/passwd", "added /workspace/link");
        assertThat(file("/workspace/link").path("diff").asText()).endsWith("+symbolic link to /etc/passwd");
        assertThat(changes().toString()).doesNotContain("root:");
    }

    @Test
    void a_turn_that_changed_nothing_has_no_files() {
        shell(thread, "echo 1 > a");

        turn(execute("cat a; mv a b; mv b a"));

        assertThat(changes().path("run_id").isTextual()).isTrue();
        assertThat(files()).isEmpty();
    }

    @Test
    void only_the_latest_turn_counts() {
        assertThat(changes().toString()).isEqualTo(NOTHING);
        turn(execute("echo 1 > a"));
        assertThat(files()).containsExactly("added /workspace/a");

        upload(thread, "/workspace/by-a-person", "x".getBytes(StandardCharsets.UTF_8));
        turn(execute("echo 2 > a"));
        assertThat(files()).containsExactly("modified /workspace/a");

        model.enqueue(Answer.text("just words"));
        chat(thread, "talk").awaitEnd();
        assertThat(changes().toString()).isEqualTo(NOTHING);
    }

    @Test
    void it_can_be_watched_while_the_turn_goes_on_over_several_runs() {
        model.enqueue(
                Answer.calls(execute("echo 1 > a")), Answer.calls(execute("echo 2 > a; echo 2 > b")), Answer.text("x"));
        SseClient stream = chatUntilInterrupt(thread, "go");
        assertThat(changes().toString()).isEqualTo(NOTHING);
        decide(thread, "approve");
        Api.awaitStatus(thread, "interrupted");

        assertThat(files()).containsExactly("added /workspace/a");

        decide(thread, "approve");
        stream.awaitEnd();
        assertThat(files()).containsExactly("added /workspace/a", "added /workspace/b");
        assertThat(changes().path("run_id").asText())
                .isEqualTo(stream.frames("RUN_STARTED").getFirst().text("/runId"));
        assertThat(file("/workspace/a").path("diff").asText()).endsWith("@@ -0,0 +1,1 @@\n+2");
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> all = Files.walk(ServiceUnderTest.dataDir().resolve("workspaces/.baselines"))) {
            return all.filter(Files::isRegularFile)
                    .filter(f -> f.toString().contains(thread))
                    .toList();
        }
    }

    @Test
    void what_was_kept_is_out_of_reach_and_goes_with_the_thread() throws IOException {
        turn(execute("ls -a / /workspace; find / -name .baselines 2>/dev/null; true"));
        assertThat(model.lastRequest().text()).doesNotContain("baselines\\n");
        assertThat(kept()).hasSize(1);

        given().delete("/api/threads/" + thread).then().statusCode(204);

        assertThat(kept()).isEmpty();
        assertProblem(get("/api/threads/" + thread + "/changes"), 404, "not_found");
    }
}
