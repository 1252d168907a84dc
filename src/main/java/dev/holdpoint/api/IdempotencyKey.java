package dev.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header by which a client names a request, to send it again and mean it once (IETF draft "The Idempotency-Key HTTP
 * Header Field"). Within a thread, a key stands for one call and one body, however its JSON is laid out.
 */
final class IdempotencyKey {

    private static final String HEADER = "Idempotency-Key";

    private static final Pattern LEGAL = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final ObjectWriter SORTED = Wire.JSON.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private IdempotencyKey() {}

    /**
     * The key of a request in a thread; null if it has none.
     *
     * @param call what is called, by a name that nothing else has
     */
    static @Nullable RequestKey of(HttpHeaders headers, String call, ThreadId thread, ObjectNode body) {
        return of(headers, thread.value(), call, body);
    }

    /** The key of a request that makes a thread; null if it has none. */
    static @Nullable RequestKey of(HttpHeaders headers, String call, ObjectNode body) {
        return of(headers, "", call, body);
    }

    private static @Nullable RequestKey of(HttpHeaders headers, String scope, String call, ObjectNode body) {
        // An empty value counts as one: a client that means to name its request must not be left without a key.
        List<String> values = headers.getRequestHeader(HEADER);
        if (values == null || values.isEmpty()) {
            return null;
        }
        if (values.size() > 1 || !LEGAL.matcher(values.getFirst()).matches()) {
            throw new Invalid(HEADER, "must be one value of 1 to 255 visible ASCII characters");
        }
        return new RequestKey(scope, values.getFirst(), fingerprint(call + '\n' + canonical(body)));
    }

    /** Fields in the order of their names, without blanks. */
    private static String canonical(ObjectNode body) {
        try {
            return SORTED.writeValueAsString(Wire.JSON.convertValue(body, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read can't be written", e);
        }
    }

    private static String fingerprint(String request) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
