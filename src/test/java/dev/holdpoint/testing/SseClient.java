package dev.holdpoint.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A client of one stream of server-sent events: keeps all that comes, and waits for what should. */
public final class SseClient implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = new JsonMapper();

    /** One event of the stream. */
    public record Frame(@Nullable String id, String event, JsonNode data) {

        /** A text somewhere in the data, as a JSON pointer; empty when there is none. */
        public String text(String pointer) {
            return data.at(pointer).asText();
        }

        @Override
        public String toString() {
            return (id == null ? "" : "#" + id + " ") + data;
        }
    }

    private final HttpResponse<InputStream> response;
    private final List<Frame> frames = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private final Duration firstBytesAfter;
    private final Thread reader;
    private volatile @Nullable IOException broken;
    private volatile boolean ended;
    private volatile long retry;

    private SseClient(HttpResponse<InputStream> response, Duration firstBytesAfter) {
        this.response = response;
        this.firstBytesAfter = firstBytesAfter;
        this.reader = Thread.ofVirtual().unstarted(this::read);
    }

    /** Sends the request and reads in the background; returns once the first byte of the body is there. */
    public static SseClient open(HttpRequest request) {
        long start = System.nanoTime();
        try {
            HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            var client = new SseClient(response, Duration.ofNanos(System.nanoTime() - start));
            client.reader.start();
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public Duration answeredAfter() {
        return firstBytesAfter;
    }

    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    public List<Frame> frames(String type) {
        return frames.stream().filter(f -> f.event().equals(type)).toList();
    }

    public List<String> types() {
        return frames.stream().map(Frame::event).toList();
    }

    public List<String> comments() {
        return List.copyOf(comments);
    }

    /** The ids of the frames that carry one. */
    public List<String> ids() {
        return frames.stream()
                .map(Frame::id)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    /** After how many milliseconds the server wants to see this client again; 0 if it didn't say. */
    public long retry() {
        return retry;
    }

    public boolean isEnded() {
        return ended;
    }

    /** The first frame of this type, as soon as it is there. */
    public Frame await(String type) {
        return await(type, f -> f.event().equals(type));
    }

    public Frame await(String what, Predicate<Frame> wanted) {
        until(what, () -> frames.stream().anyMatch(wanted));
        return frames.stream().filter(wanted).findFirst().orElseThrow();
    }

    public SseClient awaitHeartbeats(int count) {
        until(count + " heartbeats", () -> comments.size() >= count);
        return this;
    }

    /** Waits until the server ends the stream, and properly. */
    public SseClient awaitEnd() {
        until("the end of the stream", () -> ended);
        IOException failure = broken;
        if (failure != null) {
            throw new AssertionError("the stream broke off after " + frames, failure);
        }
        return this;
    }

    private void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " didn't come; there is " + frames + " and " + comments, e);
        }
    }

    /** Goes away in the middle. */
    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<String> block = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    dispatch(block);
                    block.clear();
                } else {
                    block.add(line);
                }
            }
        } catch (IOException e) {
            broken = e;
        } finally {
            ended = true;
        }
    }

    private void dispatch(List<String> block) throws IOException {
        @Nullable String id = null;
        String event = "message";
        StringBuilder data = new StringBuilder();
        for (String line : block) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "" -> comments.add(value);
                case "retry" -> retry = Long.parseLong(value);
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> throw new IOException("a field that isn't one: " + line);
            }
        }
        if (!data.isEmpty()) {
            frames.add(new Frame(id, event, JSON.readTree(data.toString())));
        }
    }
}
