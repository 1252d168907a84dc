package dev.holdpoint.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a {@link ScriptedEndpoint} was asked. */
public final class ScriptedRequest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final String line;
    private final Map<String, String> headers;
    private final byte[] body;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ScriptedRequest(String line, Map<String, String> headers, byte[] body) {
        this.line = line;
        this.headers = headers;
        this.body = body;
    }

    /** For instance {@code POST /v1/chat/completions HTTP/1.1}. */
    public String line() {
        return line;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text(), e);
        }
    }

    /** Waits until the client has closed the connection of this request; false if it didn't in time. */
    public boolean awaitClientClosed(Duration limit) throws InterruptedException {
        return closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    void clientHasClosed() {
        closed.countDown();
    }

    /** @throws IOException if the client closes the connection instead of asking */
    static ScriptedRequest read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("a request that broke off");
        }
        return new ScriptedRequest(line, headers, body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the client closed the connection");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
