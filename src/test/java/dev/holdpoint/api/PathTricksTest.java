package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.ServiceUnderTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each path is sent as it stands, encoded already, to every call that takes one: it is refused, and nothing happens. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class PathTricksTest {

    private static final String SECRET = "nobody-may-read-this";

    /** What is a plain path, of something that is there or of a strange name: it may be removed, or made. */
    private static final String OF_THE_WORKSPACE =
            "/workspace/(.*%25.*|\\.\\.%5c.*|passwd|secret|loop|a|pipe|socket|folder|%ef.*|\\.staging/x|\\.made/x)";

    private static String thread = "";
    private static String other = "";
    private static Path outside = Path.of("");

    /** Once: nothing that follows changes them. */
    @BeforeEach
    void setTraps() throws IOException {
        if (!thread.isEmpty()) {
            return;
        }
        outside = Files.createDirectories(ServiceUnderTest.dataDir().resolve("outside-of-all"));
        Files.writeString(outside.resolve("secret"), SECRET);
        other = thread();
        shell(other, "echo " + SECRET + " > secret");
        thread = thread();
        shell(thread, """
                echo plain > file; mkdir -p folder/below; echo x > folder/below/file
                ln -s /etc/passwd passwd; ln -s /etc etc; ln -s OUTSIDE/secret secret; ln -s OUTSIDE out; ln -s . self
                ln -s loop loop; ln -s a b; ln -s b a; ln -s folder inside; ln -s ../OTHER neighbour; ln -s /proc/self/root root
                mkfifo pipe; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
                """.replace("OUTSIDE", outside.toString()).replace("OTHER", other));
    }

    static Stream<String> tricks() {
        return Stream.of(
                // Up, and out
                "/workspace/..",
                "/workspace/../etc/passwd",
                "/workspace/folder/../../../etc/passwd",
                "/workspace/%2e%2e/%2e%2e/etc/passwd",
                "/workspace/.%2e/secret",
                "/workspace/%252e%252e/etc/passwd",
                "/workspace/%25252e%25252e/etc/passwd",
                "/workspace/%c0%ae%c0%ae/etc/passwd",
                "/workspace/%e0%80%ae%e0%80%ae/etc/passwd",
                "/workspace/%ef%bc%8e%ef%bc%8e/etc/passwd",
                "/workspace/..%2f..%2fetc%2fpasswd",
                "/workspace/..%5c..%5cetc%5cpasswd/x",
                "/workspace%5c..%5cetc%5cpasswd",
                "%5cworkspace%5cfile",
                "/shared/../outside-of-all/secret",
                "/shared/..",
                // Spelled otherwise
                "/workspace//file",
                "//workspace/file",
                "/workspace/./file",
                "/./workspace/file",
                "/workspace/file/",
                "/workspace/file/.",
                "/workspace/file/..",
                "/workspace/folder/../file",
                "/Workspace/file",
                "/workspace%20/file",
                "workspace/file",
                "file",
                "./file",
                "~/file",
                "file:///workspace/file",
                "http://localhost/workspace/file",
                "%00",
                "/workspace/file%00",
                "/workspace/file%00.txt",
                "/workspace/%00",
                // Elsewhere on the host
                "/etc/passwd",
                "//etc/passwd",
                "/proc/self/environ",
                "/proc/self/root/etc/passwd",
                "/proc/self/fd/0",
                "/dev/zero",
                "/.staging",
                "/.made",
                "/workspace/.staging/x",
                "/workspace/.made/x",
                "/workspace/../.staging",
                "/workspace/../.made",
                "/workspacex",
                "/workspace.bak/x",
                "/tmp/x",
                "OUTSIDE/secret",
                "/workspace/../OTHER/secret",
                "/OTHER/secret",
                // Names that are none
                "/workspace/%ff%fe",
                "/workspace/%ed%a0%80",
                "/workspace/%f0%9f",
                "/workspace/" + "x".repeat(256),
                "/workspace/" + "%C3%A4".repeat(128),
                "/workspace" + "/y".repeat(2048),
                // Links, at the end and on the way
                "/workspace/passwd",
                "/workspace/passwd/x",
                "/workspace/etc/passwd",
                "/workspace/secret",
                "/workspace/out/secret",
                "/workspace/inside/below/file",
                "/workspace/self/file",
                "/workspace/self/self/self/file",
                "/workspace/loop",
                "/workspace/loop/x",
                "/workspace/a",
                "/workspace/neighbour/secret",
                "/workspace/root/etc/passwd",
                // Things that aren't files
                "/workspace/pipe",
                "/workspace/pipe/x",
                "/workspace/socket",
                "/workspace/socket/x",
                "/workspace/file/x",
                "/workspace/folder",
                "/workspace",
                "/workspace/",
                "/",
                "");
    }

    private static RequestSpecification at(String path) {
        return given().urlEncodingEnabled(false).queryParam("path", filled(path));
    }

    private static String filled(String path) {
        return path.replace("OUTSIDE", outside.toString()).replace("OTHER", other);
    }

    private static String call(String name) {
        return "/api/threads/" + thread + "/files" + name;
    }

    private static void assertRefused(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isIn(400, 404);
        assertThat(answer.asString()).doesNotContain(SECRET).doesNotContain("root:");
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @MethodSource("tricks")
    void nothing_is_read(String path) {
        assertRefused(at(path).get(call("/content")));
        assertThat(at(path).head(call("/content")).statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @MethodSource("tricks")
    void nothing_is_packed_but_folders(String path) {
        if (List.of("/workspace/folder", "/workspace", "/workspace/", "").contains(path)) {
            return;
        }
        assertRefused(at(path).get(call("/archive")));
    }

    @ParameterizedTest
    @MethodSource("tricks")
    void nothing_is_written_or_removed_outside(String path) {
        if (path.matches(OF_THE_WORKSPACE)) {
            return;
        }
        Response written = at(path).contentType("application/octet-stream")
                .body(new byte[] {7})
                .put(call("/content"));
        Response removed = at(path).delete(call("/content"));

        assertThat(written.statusCode()).as(written.asString()).isIn(400, 403, 404);
        assertThat(removed.statusCode()).as(removed.asString()).isIn(400, 403, 404);
        assertThat(outside.resolve("secret")).hasContent(SECRET);
        assertThat(outside.toFile().list()).containsExactly("secret");
    }
}
