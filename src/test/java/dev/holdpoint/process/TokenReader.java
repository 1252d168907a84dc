package dev.holdpoint.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Notes when each token of a stream arrives. Tokens are numbered: {@code @7}. */
final class TokenReader implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("@(\\d+) ");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Map<Integer, Long> arrivals = new ConcurrentHashMap<>();
    private final AtomicInteger pieces = new AtomicInteger();
    private final InputStream stream;

    private TokenReader(InputStream stream) {
        this.stream = stream;
        Thread.startVirtualThread(this::read);
    }

    static TokenReader chat(int port, String thread, String said) throws IOException, InterruptedException {
        return open(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/chat/" + thread))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"" + said + "\"}"))
                .build());
    }

    static TokenReader follow(int port, String thread) throws IOException, InterruptedException {
        return open(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/threads/" + thread + "/events"))
                        .build());
    }

    private static TokenReader open(HttpRequest request) throws IOException, InterruptedException {
        return new TokenReader(
                HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream()).body());
    }

    private void read() {
        // A client that leaves ends it.
        try (Scanner lines = new Scanner(stream, StandardCharsets.UTF_8).useDelimiter("\n")) {
            while (lines.hasNext()) {
                String line = lines.next();
                long now = System.nanoTime();
                if (line.contains("TEXT_MESSAGE_CONTENT") && line.startsWith("data:")) {
                    pieces.incrementAndGet();
                    TOKEN.matcher(line).results().forEach(t -> arrivals.putIfAbsent(Integer.valueOf(t.group(1)), now));
                }
            }
        }
    }

    void awaitTokens(int count, Duration time) {
        await("all tokens").atMost(time).until(() -> arrivals.size() == count);
    }

    /** In how many events the tokens came. */
    int pieces() {
        return pieces.get();
    }

    /** How much later than there each token came here. */
    List<Double> millisBehind(TokenReader other) {
        List<Double> late = new ArrayList<>();
        arrivals.forEach((token, at) -> late.add((at - other.arrivals.getOrDefault(token, at)) / 1e6));
        return late;
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
