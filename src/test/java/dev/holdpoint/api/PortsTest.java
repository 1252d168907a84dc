package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.assertProblem;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.OnDocker;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that an agent started, in a real container, seen through the running service. */
@QuarkusTest
@WithTestResource(OnDocker.class)
@Timeout(120)
class PortsTest {

    /** Says what it got, streams, redirects, and tries to be at home. */
    private static final String SERVER = """
            import http.server, threading
            go = threading.Event()
            class H(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def answer(self):
                    if self.path == "/events":
                        self.send_response(200)
                        self.send_header("Content-Type", "text/event-stream")
                        self.end_headers()
                        self.wfile.write(b"data: one\\n\\n")
                        self.wfile.flush()
                        go.wait(60)
                        self.wfile.write(b"data: two\\n\\n")
                        self.close_connection = True
                        return
                    if self.path == "/none":
                        self.send_response(204)
                        self.end_headers()
                        return
                    if self.path == "/go":
                        go.set()
                    body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    text = body if self.path == "/echo" else (self.requestline + "\\n" + str(self.headers)).encode()
                    self.send_response(302 if self.path == "/away" else 200)
                    self.send_header("Content-Length", str(len(text)))
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Location", "/next?a=b")
                    for name in ("Set-Cookie", "Service-Worker-Allowed", "Access-Control-Allow-Origin", "Clear-Site-Data",
                                 "Strict-Transport-Security", "X-Accel-Redirect", "Alt-Svc", "WWW-Authenticate"):
                        self.send_header(name, "x")
                    self.send_header("Content-Security-Policy", "default-src *")
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(text)
                do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_PROPFIND = answer
                def log_message(self, *a):
                    pass
            http.server.ThreadingHTTPServer(("0.0.0.0", 8000), H).serve_forever()
            """;

    /** One container does for all: each takes a second. */
    private static String shared = "";

    private String thread;
    private String base;

    @BeforeEach
    void start() {
        if (shared.isEmpty()) {
            shared = thread();
            shell(shared, "cat > server.py <<'EOF'\n" + SERVER + "EOF\n" + start("python3 server.py", 8000));
        }
        thread = shared;
        base = "/api/threads/" + thread + "/ports/8000";
    }

    private static String start(String server, int port) {
        return "nohup " + server + " >/dev/null 2>&1 &\nuntil python3 -c 'import socket;"
                + " socket.create_connection((\"127.0.0.1\", " + port + "))' 2>/dev/null; do sleep 0.1; done";
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"})
    void a_request_arrives_as_it_was_sent(String method) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(Api.baseUrl() + base + "/a%20b/../c?q=%2F&r"))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith(method + " /a%20b/../c?q=%2F&r HTTP/1.1\n");
    }

    @Test
    void pythons_own_server_shows_the_workspace() {
        shell(
                thread,
                "mkdir -p site; echo hello > site/index.html; cd site; " + start("python3 -m http.server 8001", 8001));

        Response page = get("/api/threads/" + thread + "/ports/8001/");

        assertThat(page.asString()).isEqualTo("hello\n");
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(given().head("/api/threads/" + thread + "/ports/8001/").header("Content-Length"))
                .isEqualTo("6");
    }

    @Test
    void nothing_secret_reaches_the_server() {
        String seen = given().header("Authorization", "Bearer secret-1")
                .header("Cookie", "secret-2=1")
                .header("Proxy-Authorization", "secret-3")
                .header("X-Forwarded-For", "secret-4")
                .header("X-Custom", "passes")
                .get(base + "/")
                .asString();

        assertThat(seen)
                .doesNotContain("secret")
                .contains("Host: localhost:8000")
                .contains("X-Forwarded-Prefix: " + base)
                .contains("X-Custom: passes");
    }

    @Test
    void its_pages_are_not_at_home_here() {
        Response page = get(base + "/");

        assertThat(page.getHeaders().getValues("Content-Security-Policy"))
                .containsExactly("sandbox allow-scripts allow-forms");
        assertThat(page.getHeaders().getValues("X-Content-Type-Options")).containsExactly("nosniff");
        for (String name : new String[] {
            "Set-Cookie",
            "Service-Worker-Allowed",
            "Access-Control-Allow-Origin",
            "Clear-Site-Data",
            "Strict-Transport-Security",
            "X-Accel-Redirect",
            "Alt-Svc",
            "WWW-Authenticate"
        }) {
            assertThat(page.header(name)).as(name).isNull();
        }
    }

    @Test
    void redirects_stay_below_the_prefix() {
        Response away = given().redirects().follow(false).get(base + "/away");
        Response bare = given().redirects().follow(false).get(base + "?q=1");

        assertThat(away.statusCode()).isEqualTo(302);
        assertThat(away.header("Location")).isEqualTo(base + "/next?a=b");
        assertThat(bare.statusCode()).isEqualTo(308);
        assertThat(bare.header("Location")).isEqualTo(base + "/?q=1");
    }

    @Test
    void an_answer_without_a_body_has_none() {
        Response answer = get(base + "/none");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.header("Transfer-Encoding")).isNull();
    }

    @Test
    void one_server_has_a_bound_of_requests_at_a_time() {
        String silent = "import socket, time; s = socket.socket(); s.bind((\\\"0.0.0.0\\\", 8004)); s.listen(999);"
                + " time.sleep(99)";
        shell(thread, start("python3 -c \"" + silent + "\"", 8004));
        URI waiting = URI.create(Api.baseUrl() + "/api/threads/" + thread + "/ports/8004/");
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        HttpClient client = HttpClient.newHttpClient();

        for (int i = 0; i < 2 * PortProxy.MAX_CONNECTIONS + 1; i++) {
            all.add(client.sendAsync(HttpRequest.newBuilder(waiting).build(), HttpResponse.BodyHandlers.ofString()));
        }

        CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new)).join();
        HttpResponse<String> first = all.stream()
                .filter(CompletableFuture::isDone)
                .findFirst()
                .orElseThrow()
                .join();
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.body()).contains("overloaded");
        client.shutdownNow();
    }

    @Test
    void events_come_as_they_are_sent() throws Exception {
        HttpResponse<InputStream> stream = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(Api.baseUrl() + base + "/events"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8));

        assertThat(lines.readLine()).isEqualTo("data: one");
        get(base + "/go");

        assertThat(lines.lines()).containsExactly("", "data: two", "");
    }

    @Test
    void large_bodies_pass_both_ways_byte_by_byte() throws Exception {
        byte[] bytes = new byte[32 << 20];
        new Random(7).nextBytes(bytes);

        HttpResponse<byte[]> back = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(Api.baseUrl() + base + "/echo"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(Arrays.equals(back.body(), bytes)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "http", "08000", "8000.0"})
    void a_port_is_a_number(String port) {
        assertProblem(get("/api/threads/" + thread + "/ports/" + port + "/"), 400, "invalid_request", "port");
    }

    @Test
    void a_port_on_which_nobody_listens_to_all_is_named_so() {
        shell(thread, start("python3 -m http.server -b 127.0.0.1 8002", 8002));

        assertProblem(get("/api/threads/" + thread + "/ports/8002/"), 502, "bad_gateway");
        assertProblem(get("/api/threads/" + thread + "/ports/8003/"), 502, "bad_gateway");
    }

    @Test
    void a_sandbox_that_does_not_run_is_not_started_and_a_stranger_has_none() {
        String fresh = thread();

        assertProblem(get("/api/threads/" + fresh + "/ports/8000/"), 503, "sandbox_unavailable");
        assertProblem(get("/api/threads/user-unknown/ports/8000/"), 404, "not_found");
        shell(fresh, "true");
        assertProblem(get("/api/threads/" + fresh + "/ports/8000/"), 502, "bad_gateway");
    }

    @Test
    void an_upgrade_is_refused_in_so_many_words() {
        Response answer = given().header("Connection", "Upgrade")
                .header("Upgrade", "websocket")
                .get(base + "/");

        assertProblem(answer, 501, "not_implemented");
    }
}
