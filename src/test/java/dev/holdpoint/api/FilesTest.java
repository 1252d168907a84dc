package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.file;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.read;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static dev.holdpoint.testing.Api.upload;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of files can rely on beyond reading and writing them: parts, conditions, many at once, archives. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class FilesTest {

    private static final String PATH = "/workspace/f";

    private String thread = "";

    @BeforeEach
    void open() {
        thread = thread();
    }

    private String call(String name) {
        return "/api/threads/" + thread + "/files" + name;
    }

    private RequestSpecification at(String path) {
        return given().queryParam("path", path);
    }

    private RequestSpecification at(String path, String header, String value) {
        return at(path).header(header, value);
    }

    private Response put(String header, String value, String text) {
        return at(PATH, header, value)
                .contentType("application/octet-stream")
                .body(text.getBytes(UTF_8))
                .put(call("/content"));
    }

    private String tagOf(String path) {
        return at(path).head(call("/content")).header("ETag");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bytes=0-0     | 0123456789 | 0          | bytes 0-0/10
                    bytes=2-4     | 0123456789 | 234        | bytes 2-4/10
                    bytes=7-      | 0123456789 | 789        | bytes 7-9/10
                    bytes=-3      | 0123456789 | 789        | bytes 7-9/10
                    bytes=-99     | 0123456789 | 0123456789 | bytes 0-9/10
                    bytes=8-99    | 0123456789 | 89         | bytes 8-9/10
                    """)
    void a_part_is_asked_for_and_comes(String range, String content, String part, String contentRange) {
        upload(thread, PATH, content.getBytes(UTF_8));

        Response answer = at(PATH, "Range", range).get(call("/content"));

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.asString()).isEqualTo(part);
        assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(part.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=99-100", "bytes=-0", "bytes=99999999999999999999-"})
    void a_part_that_is_not_there_is_a_416(String range) {
        upload(thread, PATH, "0123456789".getBytes(UTF_8));

        Response answer = at(PATH, "Range", range).get(call("/content"));

        assertProblem(answer, 416, "range_not_satisfiable");
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,3-4", "lines=1-2", "bytes=4-2", "bytes=-", "bytes=a-b", "nonsense"})
    void what_is_no_range_that_we_know_gives_the_whole(String range) {
        upload(thread, PATH, "0123456789".getBytes(UTF_8));

        Response answer = at(PATH, "Range", range).get(call("/content"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).isEqualTo("0123456789");
        assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void a_part_of_what_the_file_was_comes_only_while_it_is_that() {
        String tag = upload(thread, PATH, "0123456789".getBytes(UTF_8)).header("ETag");

        assertThat(at(PATH, "Range", "bytes=0-1")
                        .header("If-Range", tag)
                        .get(call("/content"))
                        .asString())
                .isEqualTo("01");

        upload(thread, PATH, "abcdefghij".getBytes(UTF_8));
        assertThat(at(PATH, "Range", "bytes=0-1")
                        .header("If-Range", tag)
                        .get(call("/content"))
                        .asString())
                .isEqualTo("abcdefghij");
    }

    @Test
    void a_head_tells_all_but_the_bytes() {
        String tag = upload(thread, PATH, "0123456789".getBytes(UTF_8)).header("ETag");

        Response head = at(PATH).head(call("/content"));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("10");
        assertThat(head.header("ETag")).isEqualTo(tag).matches("\"[0-9a-f-]+\"");
        assertThat(head.header("Last-Modified")).endsWith("GMT");
        assertThat(head.asByteArray()).isEmpty();
        assertThat(at("/workspace/none").head(call("/content")).statusCode()).isEqualTo(404);
    }

    @Test
    void what_the_client_has_is_not_sent_again() {
        upload(thread, PATH, "x".getBytes(UTF_8));
        Response first = at(PATH).get(call("/content"));

        Response again =
                at(PATH, "If-None-Match", "\"other\", " + first.header("ETag")).get(call("/content"));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.asByteArray()).isEmpty();
        assertThat(at(PATH, "If-Modified-Since", first.header("Last-Modified"))
                        .get(call("/content"))
                        .statusCode())
                .isEqualTo(304);
        shell(thread, "echo y >> f");
        assertThat(at(PATH, "If-None-Match", first.header("ETag"))
                        .get(call("/content"))
                        .asString())
                .isEqualTo("xy\n");
    }

    @Test
    void a_change_of_mode_is_none_of_content() {
        String tag = upload(thread, PATH, "x".getBytes(UTF_8)).header("ETag");

        shell(thread, "chmod 700 f");

        assertThat(tagOf(PATH)).isEqualTo(tag);
    }

    @Test
    void who_writes_over_what_he_has_not_seen_is_told() {
        String tag = upload(thread, PATH, "one".getBytes(UTF_8)).header("ETag");
        shell(thread, "echo two > f");

        assertProblem(put("If-Match", tag, "mine"), 412, "stale");
        assertProblem(put("If-None-Match", "*", "mine"), 412, "stale");
        assertProblem(at(PATH, "If-Match", tag).delete(call("/content")), 412, "stale");
        assertProblem(at(PATH, "If-Match", tag).get(call("/content")), 412, "stale");
        assertThat(file(thread, PATH).asString()).isEqualTo("two\n");

        Response written = put("If-Match", "\"x\", " + tagOf(PATH), "mine");
        assertThat(written.statusCode()).isEqualTo(204);
        assertThat(written.header("ETag")).isEqualTo(tagOf(PATH)).isNotEqualTo(tag);
        assertThat(at(PATH, "If-Match", tagOf(PATH)).delete(call("/content")).statusCode())
                .isEqualTo(204);
        assertProblem(put("If-Match", "*", "mine"), 412, "stale");
        assertThat(put("If-None-Match", "*", "mine").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"If-Match, unquoted", "If-Match, '\"a\" \"b\"'", "If-None-Match, '\"a\"'", "If-Match, '\"a'"})
    void a_condition_that_is_none_is_named(String header, String value) {
        assertProblem(put(header, value, "x"), 400, "invalid_request", header);
        assertProblem(file(thread, PATH), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_many_who_write_at_once_one_wins(boolean create) throws Exception {
        String tag = create ? "*" : upload(thread, PATH, "old".getBytes(UTF_8)).header("ETag");
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            List<Callable<Integer>> calls = IntStream.range(0, 16)
                    .<Callable<Integer>>mapToObj(
                            i -> () -> put(create ? "If-None-Match" : "If-Match", tag, "writer " + i)
                                    .statusCode())
                    .toList();

            List<Future<Integer>> answers = writers.invokeAll(calls);

            int won = 0;
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isIn(201, 204, 412);
                won += answer.get() == 412 ? 0 : 1;
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void many_files_come_in_one_form() {
        upload(thread, "/workspace/in/old.txt", "old".getBytes(UTF_8));

        String form =
                part("old.txt", "new") + part("deep/er/Grüße 日本.txt", "b\r\n--") + part("empty", "") + "--x--\r\n";

        JsonNode answer = tree(given().queryParam("path", "/workspace/in/")
                .contentType("multipart/form-data; boundary=x")
                .body(form.getBytes(UTF_8))
                .post(call("")));

        assertThat(answer.path("files").valueStream().map(f -> f.path("path").asText()))
                .containsExactly("/workspace/in/old.txt", "/workspace/in/deep/er/Grüße 日本.txt", "/workspace/in/empty");
        assertThat(answer.path("files").valueStream().map(f -> f.path("created").asBoolean()))
                .containsExactly(false, true, true);
        assertThat(file(thread, "/workspace/in/old.txt").asString()).isEqualTo("new");
        assertThat(file(thread, "/workspace/in/deep/er/Grüße 日本.txt").asString())
                .isEqualTo("b\r\n--");
        assertThat(file(thread, "/workspace/in/empty").asString()).isEmpty();
        assertThat(answer.at("/files/0/etag").asText()).isEqualTo(tagOf("/workspace/in/old.txt"));
    }

    private static String part(String fileName, String content) {
        return "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" + fileName + "\"\r\n\r\n" + content
                + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../../x",
                "/etc/x",
                "a//b",
                "./a",
                "a/.",
                "a/",
                "link/x",
                "first",
                "first/x",
                "a\u0000b"
            })
    void a_file_that_can_not_be_written_ends_the_form_and_those_before_stay(String name) {
        shell(thread, "ln -s /tmp link");

        Response answer = given().multiPart("a", "first", "1".getBytes(UTF_8))
                .multiPart("b", name, "2".getBytes(UTF_8))
                .multiPart("c", "last", "3".getBytes(UTF_8))
                .post(call(""));

        assertProblem(answer, 400, "invalid_request");
        assertThat(read(answer.asString()).path("written").valueStream().map(JsonNode::asText))
                .containsExactly("/workspace/first");
        assertThat(shell(thread, "cat first; ls -A")).isEqualTo("1first\nlink\n");
    }

    @Test
    void a_form_has_bounds() {
        RequestSpecification many = given();
        for (int i = 0; i < 6; i++) {
            many.multiPart("f", "f" + i, "x".getBytes(UTF_8));
        }
        assertProblem(many.post(call("")), 413, "too_large");

        Response tooLong = given().multiPart("f", "a", new byte[700_000])
                .multiPart("f", "b", new byte[700_000])
                .post(call("?path=/workspace/long"));

        assertProblem(tooLong, 413, "too_large");
        assertThat(shell(thread, "ls long; ls | wc -l")).isEqualTo("a\n6\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "--x\r\n\r\nno name\r\n--x--",
                "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\ncut",
                "--x\r\nno colon\r\n\r\ny\r\n--x--",
                "--x\r\nContent-Disposition: form-data; filename=\"f\"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--x--"
            })
    void what_is_no_form_is_refused(String body) {
        Response answer = given().contentType("multipart/form-data; boundary=x")
                .body(body.getBytes(UTF_8))
                .post(call(""));

        assertProblem(answer, 400, "invalid_request");
        assertThat(shell(thread, "ls -A")).isEmpty();
    }

    @Test
    void a_head_of_a_part_that_never_ends_is_refused() {
        String endless = "--x\r\nX: " + "a".repeat(500_000);

        Response answer = given().contentType("multipart/form-data; boundary=x")
                .body(endless.getBytes(UTF_8))
                .post(call(""));

        assertProblem(answer, 400, "invalid_request");
        assertThat(answer.asString()).contains("outside of its files");
    }

    @Test
    void a_folder_comes_as_an_archive_that_tar_unpacks() throws Exception {
        shell(thread, "mkdir -p d/e; echo one > d/e/f; ln -s /etc/passwd d/link; mkfifo d/pipe; chmod 750 d/e/f");
        Path here = Files.createTempDirectory("archive");

        Response answer = get(call("/archive?path=/workspace/d"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/gzip");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename*=UTF-8''d.tar.gz");
        Path archive = Files.write(here.resolve("d.tar.gz"), answer.asByteArray());
        assertThat(new ProcessBuilder("tar", "xzf", archive.toString(), "-C", here.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        assertThat(here.resolve("d/e/f")).hasContent("one");
        assertThat(Files.readSymbolicLink(here.resolve("d/link"))).isEqualTo(Path.of("/etc/passwd"));
        assertThat(here.resolve("d").toFile().list()).containsExactlyInAnyOrder("e", "link");
    }

    @Test
    void an_archive_has_a_bound_which_counts_holes() {
        shell(thread, "truncate -s 3M hole");

        assertProblem(get(call("/archive")), 413, "too_large");
        assertProblem(get(call("/archive?path=/workspace/none")), 404, "not_found");
        assertProblem(get(call("/archive?path=/workspace/hole")), 400, "invalid_request", "path");
        assertProblem(get(call("/archive?path=/")), 400, "invalid_request", "path");
    }

    @Test
    void an_upload_that_says_that_it_is_too_long_is_refused_before_it_comes() throws IOException {
        try (Socket socket = begin(5_000_000_000L, "")) {
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void an_upload_that_breaks_off_leaves_nothing() throws IOException {
        Path staging = ServiceUnderTest.dataDir().resolve("workspaces/.staging");
        try (Socket socket = begin(1000, "half of it")) {
            Awaitility.await("the upload to begin").until(() -> filesBelow(staging) == 1);
            assertThat(socket.getInputStream().available()).isZero();
        }

        Awaitility.await("nothing to be left").atMost(Duration.ofSeconds(10)).until(() -> filesBelow(staging) == 0);
        assertProblem(file(thread, PATH), 404, "not_found");
    }

    private Socket begin(long length, String some) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        String head =
                "PUT " + call("/content?path=" + PATH) + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length;
        socket.getOutputStream().write((head + "\r\n\r\n" + some).getBytes(UTF_8));
        return socket;
    }

    private static long filesBelow(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void what_the_upload_of_many_answers_is_described() {
        Map<String, Object> names = Map.of("f", "x");

        JsonNode answer = tree(
                given().multiPart("f", "f", Api.text(names).getBytes(UTF_8)).post(call("")));

        assertThat(answer.at("/files/0").fieldNames()).toIterable().containsExactly("path", "created", "etag");
    }
}
