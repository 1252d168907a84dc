package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxBackends;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ScriptedRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in Docker sandboxes, beside the engine's own command line in the same run. See deploy/measure-sandbox. */
class SandboxFigures {

    private static final int RUNS = Integer.getInteger("figures.runs", 50);
    private static final int AT_ONCE = 20;
    private static final int EACH = 10;
    private static final int INSIDE = 200;
    private static final int OUTPUT = 50_000_000;
    private static final String IMAGE = System.getenv().getOrDefault("DOCKER_IMAGE", "holdpoint-test:latest");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder = Path.of("");

    @Test
    void commands_through_the_service() throws Exception {
        try (ScriptedEndpoint model = ScriptedEndpoint.start().answerBy(SandboxFigures::answer);
                Service service = new Launch(folder)
                        .inDocker()
                        .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString())
                        .set("HOLDPOINT_MODEL_API_KEY", "figures")
                        .set("HOLDPOINT_SANDBOX_POOL", "2")
                        .start()
                        .awaitReady()) {
            String thread = service.newThread();
            for (int i = 0; i < RUNS; i++) {
                var _ = approvedToResult(service, thread); // warms up
            }
            String container = docker("ps", "-q", "--filter", "name=" + thread);
            oneAtATime(service, thread, container);
            newThreads(service, blankNames(container));
            manyAtOnce(service, container);
            service.terminate();
            var _ = service.awaitEnd(Duration.ofSeconds(20)); // with its containers
        }
    }

    private void oneAtATime(Service service, String thread, String container) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> execs = new ArrayList<>();
        List<Double> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            ours.add(approvedToResult(service, thread));
            if (i % 10 == 0) {
                bare.add(bare(container));
                execs.add(millis(() -> docker("exec", container, "sh", "-c", "true")));
                runs.add(millis(() -> docker("run", "--rm", "--network", "none", IMAGE, "true")));
            }
        }
        System.out.printf(Locale.ROOT, "execute of true, approved to result, one after the other: %s%n", spread(ours));
        System.out.printf(Locale.ROOT, "bare sh -c true in the same container: %s%n", spread(bare));
        System.out.printf(Locale.ROOT, "docker exec: %s%n", spread(execs));
        System.out.printf(
                Locale.ROOT, "docker run --rm: %s, %.0f times ours%n", spread(runs), median(runs) / median(ours));
    }

    /** How the installation's blank containers are called. */
    private static String blankNames(String container) throws IOException, InterruptedException {
        return docker("inspect", "-f", "{{.Name}}", container).replaceAll("^/|user-.*", "") + "blank-";
    }

    private void newThreads(Service service, String blanks) throws Exception {
        List<Double> first = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> count(blanks) == 2);
            first.add(approvedToResult(service, service.newThread()));
        }
        System.out.printf(Locale.ROOT, "the first command of a new thread, from the pool: %s%n", spread(first));
    }

    private static int count(String blanks) throws IOException, InterruptedException {
        return (int) docker("ps", "-q", "--filter", "name=" + blanks).lines().count();
    }

    private void manyAtOnce(Service service, String container) throws Exception {
        List<String> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            threads.add(service.newThread());
        }
        double cold = perSecond(i -> exec(service, threads.get(i)), 1);
        for (int round = 1; round <= 3; round++) {
            double engine = perSecond(i -> docker("exec", container, "sh", "-c", "true"), EACH);
            double ours = perSecond(i -> exec(service, threads.get(i)), EACH);
            System.out.printf(
                    Locale.ROOT,
                    "%d at once: %.0f commands a second; docker exec %.0f; ratio %.1f%n",
                    AT_ONCE,
                    ours,
                    engine,
                    ours / engine);
        }
        System.out.printf(Locale.ROOT, "their first commands, each with a container to make: %.1f a second%n", cold);
    }

    private static Object exec(Service service, String thread) {
        JsonNode answer = service.post("/api/threads/" + thread + "/exec", "{\"command\":\"true\"}");
        assertThat(answer.path("exit_code").asInt(-1)).isZero();
        return answer;
    }

    private interface Numbered {
        Object run(int number) throws Exception;
    }

    private static double perSecond(Numbered command, int each) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            long begun = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (int i : IntStream.range(0, AT_ONCE).toArray()) {
                all.add(threads.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        command.run(i);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return AT_ONCE * each / ((System.nanoTime() - begun) / 1e9);
        }
    }

    /** Milliseconds from sending the approval until the result's event is read from the stream. */
    private double approvedToResult(Service service, String thread) throws Exception {
        HttpRequest chat = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + service.port() + "/api/chat/" + thread))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"true\"}"))
                .build();
        long approved = 0;
        long result = 0;
        try (var lines = http.send(chat, BodyHandlers.ofLines()).body()) {
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.contains("\"type\":\"interrupt\"")) {
                    approved = System.nanoTime();
                    service.post("/api/resume/" + thread, "{\"action\":\"approve\"}");
                } else if (result == 0 && line.startsWith("event: TOOL_CALL_RESULT")) {
                    result = System.nanoTime();
                } else if (line.startsWith("data: ") && line.contains("TOOL_CALL_RESULT")) {
                    assertThat(line).contains("\"exit_code\":0");
                }
            }
        }
        assertThat(result).isPositive();
        return (result - approved) / 1e6;
    }

    private static Answer answer(ScriptedRequest request) {
        JsonNode messages = request.json().path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        return last.path("role").asText().equals("tool")
                ? Answer.text("done")
                : Answer.call("execute", "{\"command\":\"true\"}");
    }

    /** Milliseconds for one of many, by the container's own clock. */
    private static double bare(String container) throws IOException, InterruptedException {
        String nanos = docker(
                "exec",
                container,
                "sh",
                "-c",
                "b=$(date +%s%N); i=0; while [ $i -lt " + INSIDE
                        + " ]; do sh -c true; i=$((i + 1)); done; echo $(($(date +%s%N) - b))");
        return Long.parseLong(nanos) / 1e6 / INSIDE;
    }

    @Test
    void output_of_a_command() throws Exception {
        SandboxSettings settings = SandboxSettings.of(
                        SandboxSettings.Backend.DOCKER, "figures", "figures", folder.resolve("workspaces"))
                .with(b -> b.image = IMAGE);
        ThreadId thread = ThreadId.create();
        try (Sandboxes sandboxes = SandboxBackends.open(settings)) {
            Sandbox sandbox = sandboxes.of(thread);
            sandbox.exec(
                    new ExecRequest("head -c " + OUTPUT + " /dev/urandom > big", Duration.ofSeconds(60)), (s, b) -> {});
            String container = docker("ps", "-q", "--filter", "name=" + thread);
            for (int round = 1; round <= 4; round++) {
                double ours = relay(
                        sandbox,
                        folder.resolve("workspaces").resolve(thread.value()).resolve("big"));
                double engine = millis(() ->
                        process("sh", "-c", "docker exec -u 1000 " + container + " cat /workspace/big >/dev/null"));
                if (round > 1) {
                    System.out.printf(
                            Locale.ROOT,
                            "50 MB of output: %.0f MB/s; docker exec %.0f MB/s%n",
                            OUTPUT / 1e3 / ours,
                            OUTPUT / 1e3 / engine);
                }
            }
            sandboxes.remove(thread);
        }
    }

    private static double relay(Sandbox sandbox, Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        double millis = millis(() -> sandbox.exec(
                new ExecRequest("cat big", Duration.ofSeconds(60)), (stream, bytes) -> digest.update(bytes)));
        byte[] wanted = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(HexFormat.of().formatHex(wanted));
        return millis;
    }

    private static double millis(Callable<?> step) throws Exception {
        long begun = System.nanoTime();
        var _ = step.call();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static String spread(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms (%.1f to %.1f)",
                median(values),
                Collections.min(values),
                Collections.max(values));
    }

    private static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        return process(line.toArray(String[]::new));
    }

    private static String process(String... line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }
}
