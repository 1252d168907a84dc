package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.exec;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static dev.holdpoint.testing.Api.upload;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person's own hands in the sandbox: commands and files, and no way out of it. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class WorkspaceTest {

    private String thread = "";

    @BeforeEach
    void open() {
        thread = thread();
    }

    private Response delete(String path) {
        return given().queryParam("path", path).delete("/api/threads/" + thread + "/files/content");
    }

    private JsonNode list(String path, boolean recursive) {
        return tree(given().queryParam("path", path)
                .queryParam("recursive", recursive)
                .get("/api/threads/" + thread + "/files"));
    }

    private List<String> paths(String path, boolean recursive) {
        return list(path, recursive)
                .path("entries")
                .valueStream()
                .map(e -> e.path("path").asText())
                .toList();
    }

    @Test
    void a_command_says_what_it_printed_and_how_it_ended() {
        JsonNode result = tree(exec(thread, "echo out; echo err >&2; exit 7"));

        assertThat(result.path("output").asText()).contains("out\n").contains("err\n");
        assertThat(result.path("exit_code").asInt()).isEqualTo(7);
        assertThat(result.path("outcome").asText()).isEqualTo("exited");
        assertThat(result.path("truncated").asBoolean(true)).isFalse();
        assertThat(result.path("duration_ms").isIntegralNumber()).isTrue();
    }

    @Test
    void a_command_that_takes_too_long_is_ended_in_time() {
        long since = System.nanoTime();

        JsonNode result = tree(post(
                "/api/threads/" + thread + "/exec", "{\"command\":\"echo a; sleep 60 & sleep 60\",\"timeout_s\":1}"));

        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
        assertThat(result.path("outcome").asText()).isEqualTo("timed_out");
        assertThat(result.path("exit_code").isIntegralNumber()).isFalse();
        assertThat(result.path("output").asText()).contains("a\n");
    }

    @Test
    void long_output_is_truncated_and_says_so() {
        JsonNode result = tree(exec(thread, "seq 1 100000"));

        assertThat(result.path("truncated").asBoolean()).isTrue();
        assertThat(result.path("exit_code").asInt(-1)).isZero();
        assertThat(result.path("output").asText().length()).isLessThan(150_000);
        assertThat(result.path("output").asText()).startsWith("1\n2\n").contains("100000");
    }

    @Test
    void a_wrong_command_is_named() {
        String path = "/api/threads/" + thread + "/exec";

        assertProblem(post(path, "{}"), 400, "invalid_request", "command");
        assertProblem(post(path, "{\"command\":7}"), 400, "invalid_request", "command");
        assertProblem(post(path, "{\"command\":\"true\",\"timeout_s\":0}"), 400, "invalid_request", "timeout_s");
        assertProblem(post(path, "{\"command\":\"true\",\"timeout_s\":\"1\"}"), 400, "invalid_request", "timeout_s");
        assertProblem(post(path, "{\"command\":\"true\",\"timeout_s\":99999}"), 400, "invalid_request", "timeout_s");
        assertProblem(post(path, "{\"command\":\"true\",\"cwd\":\"/\"}"), 400, "invalid_request", "cwd");
        assertProblem(post(path, "{\"command\":\"a\\u0000b\"}"), 400, "invalid_request");
    }

    @Test
    void two_threads_are_strangers() {
        shell(thread, "echo mine > f");

        assertProblem(file(thread(), "/workspace/f"), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/workspace/plain.txt",
                "/workspace/deep/er/file.txt",
                "/workspace/with space & more+%.txt",
                "/workspace/Grüße-日本.txt",
                "/workspace/two\nlines.txt",
                "/workspace/\"quoted\".txt"
            })
    void a_file_goes_up_is_there_and_comes_down_and_away(String path) {
        byte[] bytes = {0, 1, 2, (byte) 0xff, '\r', '\n', 'z'};

        Response answer = upload(thread, path, bytes);

        assertThat(answer.statusCode()).isEqualTo(201);
        Response down = file(thread, path);
        assertThat(down.asByteArray()).isEqualTo(bytes);
        assertThat(down.header("Content-Disposition")).startsWith("attachment").doesNotContain("\n");
        assertThat(down.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(paths("/workspace", true)).contains(path);
        assertThat(upload(thread, path, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(file(thread, path).asByteArray()).isEmpty();
        assertThat(delete(path).statusCode()).isEqualTo(204);
        assertProblem(file(thread, path), 404, "not_found");
        assertProblem(delete(path), 404, "not_found");
    }

    @Test
    void a_listing_tells_kinds_sizes_and_times() {
        shell(thread, "mkdir -p d/e; printf 12345 > f; ln -s f l; mkfifo p; echo x > d/e/g");

        JsonNode listing = list("/workspace", false);

        assertThat(listing.path("truncated").asBoolean(true)).isFalse();
        Map<String, JsonNode> entries = new HashMap<>();
        listing.path("entries").forEach(e -> entries.put(e.path("path").asText(), e));
        assertThat(entries).containsOnlyKeys("/workspace/d", "/workspace/f", "/workspace/l", "/workspace/p");
        assertThat(entries.values().stream().map(e -> e.path("type").asText()))
                .containsExactlyInAnyOrder("dir", "file", "symlink", "other");
        JsonNode f = entries.get("/workspace/f");
        assertThat(f).isNotNull();
        assertThat(f.path("size").asInt()).isEqualTo(5);
        assertThat(Instant.parse(f.path("modified_at").asText()))
                .isAfter(Instant.now().minusSeconds(600));
        assertThat(paths("/workspace", true)).contains("/workspace/d/e", "/workspace/d/e/g");
        assertThat(paths("/workspace/d", false)).containsExactly("/workspace/d/e");
    }

    @Test
    void a_wrong_listing_is_named() {
        String path = "/api/threads/" + thread + "/files";
        shell(thread, "touch f");

        assertProblem(get(path + "?path=/workspace/nothing"), 404, "not_found");
        assertProblem(get(path + "?path=/workspace/f"), 400, "invalid_request", "path");
        assertProblem(get(path + "?recursive=perhaps"), 400, "invalid_request", "recursive");
        assertProblem(get(path + "?path=relative"), 400, "invalid_request", "path");
        assertProblem(get(path + "/content"), 400, "invalid_request", "path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/workspace/../../../etc/passwd",
                "/workspace/%2e%2e/%2e%2e/etc/passwd",
                "/workspace/a/../../x",
                "/etc/passwd",
                "//etc/passwd",
                "etc/passwd",
                "/shared/../etc/passwd",
                "/workspace/\u0000/x",
                "/proc/self/environ"
            })
    void no_path_leads_out(String path) {
        Response read = file(thread, path);
        Response write = upload(thread, path, "evil".getBytes(UTF_8));

        assertThat(read.statusCode()).as(read.asString()).isBetween(400, 404);
        assertThat(read.asString()).doesNotContain("root:");
        // A percent sign is a character like any other: what is encoded twice names a file of the workspace.
        if (!path.contains("%")) {
            assertThat(write.statusCode()).as(write.asString()).isBetween(400, 404);
        }
    }

    @Test
    void an_encoded_dot_dot_in_the_address_is_a_dot_dot() {
        String address = "/api/threads/" + thread + "/files/content?path=/workspace/%2e%2e/%2e%2e/etc/passwd";

        Response read = given().urlEncodingEnabled(false).get(address);

        assertThat(read.statusCode()).isBetween(400, 404);
        assertThat(read.asString()).doesNotContain("root:");
    }

    @Test
    void no_symlink_leads_out() throws IOException {
        Path outside = Files.writeString(ServiceUnderTest.dataDir().resolve("outside.txt"), "host secret");
        shell(thread, "ln -s " + outside + " file; ln -s " + outside.getParent() + " folder; ln -s /etc etc");

        for (String path : List.of("file", "folder/outside.txt", "etc/passwd", "folder/new.txt")) {
            Response read = file(thread, "/workspace/" + path);
            Response write = upload(thread, "/workspace/" + path, "evil".getBytes(UTF_8));

            assertThat(read.asString()).doesNotContain("host secret").doesNotContain("root:");
            assertThat(read.statusCode()).isBetween(400, 404);
            if (path.contains("/")) {
                assertThat(write.statusCode()).as(path).isBetween(400, 404);
            }
        }
        assertThat(delete("/workspace/folder").statusCode()).isEqualTo(204);
        assertThat(outside).hasContent("host secret");
        assertThat(outside.resolveSibling("new.txt")).doesNotExist();
    }

    @Test
    void only_regular_files_are_read() {
        shell(thread, "mkfifo p; mkdir d; ln -s p l");

        assertProblem(file(thread, "/workspace/p"), 400, "invalid_request", "path");
        assertProblem(file(thread, "/workspace/d"), 400, "invalid_request", "path");
        assertThat(file(thread, "/workspace/l").statusCode()).isBetween(400, 404);
        assertProblem(upload(thread, "/workspace/d", new byte[1]), 400, "invalid_request", "path");
    }

    @Test
    void the_shared_folder_is_read_only() throws IOException {
        Path shared = ServiceUnderTest.dataDir().resolve("shared");
        Files.writeString(shared.resolve("given.txt"), "for all");

        assertThat(file(thread, "/shared/given.txt").asString()).isEqualTo("for all");
        assertThat(paths("/shared", false)).contains("/shared/given.txt");
        assertProblem(upload(thread, "/shared/new.txt", new byte[1]), 403, "forbidden");
        assertProblem(delete("/shared/given.txt"), 403, "forbidden");
        assertThat(shell(thread, "cat /shared/given.txt; touch /shared/x 2>&1 || true"))
                .startsWith("for all")
                .contains("Read-only");
    }

    @Test
    void a_folder_goes_with_all_that_is_in_it() {
        shell(thread, "mkdir -p d/e; touch d/e/f");

        assertThat(delete("/workspace/d").statusCode()).isEqualTo(204);

        assertThat(paths("/workspace", true)).isEmpty();
    }

    @Test
    void an_upload_has_a_bound_and_leaves_nothing_behind() {
        Response answer = upload(thread, "/workspace/big", new byte[(1 << 20) + 1]);

        assertProblem(answer, 413, "too_large");
        assertThat(paths("/workspace", true)).isEmpty();
        assertThat(upload(thread, "/workspace/just", new byte[1 << 20]).statusCode())
                .isEqualTo(201);
    }

    @Test
    void an_unknown_thread_has_no_sandbox() {
        assertProblem(exec("user-unknown", "true"), 404, "not_found");
        assertProblem(file("user-unknown", "/workspace/f"), 404, "not_found");
        assertProblem(upload("user-unknown", "/workspace/f", new byte[1]), 404, "not_found");
        assertProblem(get("/api/threads/user-unknown/files"), 404, "not_found");
    }
}
