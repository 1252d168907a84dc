package dev.holdpoint.process;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdpoint.testing.Signals;
import dev.holdpoint.testing.SseClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running process of the service, and a client for it. Closing kills it. */
final class Service implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final String base;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    Service(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.base = "http://127.0.0.1:" + port;
        this.log = log;
    }

    Service awaitLive() {
        await("the service to start")
                .atMost(Duration.ofSeconds(Launch.START_SECONDS))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the process ended: " + log());
                    }
                    return statusOf("/q/health/live") == 200;
                });
        return this;
    }

    /** From here on the service says that it can be used. */
    Service awaitReady() {
        await("readiness")
                .atMost(Duration.ofSeconds(Launch.START_SECONDS))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> statusOf("/q/health/ready") == 200);
        return this;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of an answer; 0 when nobody answers. */
    int statusOf(String path) {
        try {
            return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    String get(String path) {
        return answer(request(path).GET().build()).body();
    }

    JsonNode json(String path) {
        return parse(get(path));
    }

    /** What readiness says, whatever its status. */
    JsonNode readiness() {
        return json("/q/health/ready");
    }

    JsonNode post(String path, String body) {
        return call("POST", path, body).body();
    }

    Reply call(String method, String path, String body) {
        HttpResponse<String> answer = answer(request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
        return new Reply(answer.statusCode(), parse(answer.body()));
    }

    void delete(String path) {
        var _ = answer(request(path).DELETE().build());
    }

    /** Sends a request under a key; nobody reads its answer. */
    void send(String path, String key, String body) {
        var _ = http.sendAsync(keyed(path, key, body), HttpResponse.BodyHandlers.discarding());
    }

    JsonNode post(String path, String key, String body) {
        return parse(text(path, key, body));
    }

    /** The whole answer to a request under a key; of a stream, all of it. */
    String text(String path, String key, String body) {
        return answer(keyed(path, key, body)).body();
    }

    private HttpRequest keyed(String path, String key, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    String newThread() {
        return post("/api/sessions", "{}").path("thread_id").asText();
    }

    /** Begins a turn; its stream is read to its end by the future, which also ends when the process dies. */
    Chat chat(String thread, String message) {
        return new Chat(http, chatRequest(thread, message));
    }

    private HttpRequest chatRequest(String thread, String message) {
        return request("/api/chat/" + thread)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        JSON.createObjectNode().put("message", message).toString()))
                .build();
    }

    /** Begins a turn, and keeps the frames of its stream. */
    SseClient talk(String thread, String message) {
        return SseClient.open(chatRequest(thread, message));
    }

    /** Follows a thread from after an id. */
    SseClient follow(String thread, String after) {
        return SseClient.open(request("/api/threads/" + thread + "/events")
                .header("Last-Event-ID", after)
                .build());
    }

    /** All that stands in the journal of a thread, as a client sees it. */
    List<SseClient.Frame> journal(String thread) {
        return SseClient.open(request("/api/threads/" + thread + "/events?follow=false")
                        .build())
                .awaitEnd()
                .frames();
    }

    /** The lines of a stream that were read so far. */
    static final class Chat {
        private final List<String> lines = new ArrayList<>();
        private final CompletableFuture<?> end;

        Chat(HttpClient http, HttpRequest request) {
            end = http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
                    .thenAcceptAsync(answer -> answer.body().forEach(this::add), Thread::startVirtualThread);
        }

        private synchronized void add(String line) {
            lines.add(line);
        }

        synchronized String text() {
            return String.join("\n", lines);
        }

        Chat awaitText(String part) {
            await("the stream to show " + part).atMost(Duration.ofSeconds(20)).until(() -> text().contains(part));
            return this;
        }

        /** Whether the stream was ended in good order, rather than cut. */
        boolean endsWithin(Duration time) {
            await("the end of a stream").atMost(time).until(end::isDone);
            return !end.isCompletedExceptionally();
        }
    }

    String statusOfThread(String thread) {
        return json("/api/threads/" + thread).path("status").asText();
    }

    void awaitStatus(String thread, String status, Duration time) {
        await("thread to be " + status)
                .atMost(time)
                .until(() -> statusOfThread(thread).equals(status));
    }

    String events(String thread) {
        return get("/api/threads/" + thread + "/events?follow=false");
    }

    String eventsAfter(String thread, String lastEventId) {
        return get("/api/threads/" + thread + "/events?follow=false&after=" + lastEventId);
    }

    String file(String thread, String path) {
        return get("/api/threads/" + thread + "/files/content?path=" + path);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a crash does: nothing of it can run after this. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(5));
    }

    /** From here on it gets no time, as in a machine that sleeps; what it started runs on. */
    void pause() {
        Signals.stop(List.of(process.toHandle()));
    }

    void unpause() {
        Signals.go(List.of(process.toHandle()));
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Asks it to end, as a service manager does. */
    void terminate() {
        process.destroy();
    }

    /** @return the exit code */
    int awaitEnd(Duration time) {
        try {
            if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the process did not end within " + time + ": " + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        http.shutdownNow();
        awaitEnd(Duration.ofSeconds(5));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> answer(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri() + ": " + log(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + body, e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError(e);
    }
}
