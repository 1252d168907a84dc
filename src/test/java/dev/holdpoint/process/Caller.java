package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A client that doesn't wait long, and takes no answer for an answer too. */
final class Caller {

    /** The status of what nobody answered: it may have been carried out. */
    static final int NONE = 0;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    record Reply(int status, JsonNode body) {

        boolean isGood() {
            return status >= 200 && status < 300;
        }

        String code() {
            return body.path("code").asText();
        }

        /** Whether the same should be asked once more: nobody was there, or couldn't do it. */
        boolean isAway() {
            return status == NONE || status == 503;
        }
    }

    static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(PATIENCE);
    }

    static HttpRequest post(URI uri, String body) {
        return request(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** What may be sent again under its key, and is meant once. */
    static HttpRequest post(URI uri, String body, String key) {
        return HttpRequest.newBuilder(post(uri, body), (name, value) -> true)
                .header("Idempotency-Key", key)
                .build();
    }

    Reply send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(answer.statusCode(), JSON.readTree(answer.body()));
        } catch (IOException e) {
            return new Reply(NONE, JSON.missingNode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
