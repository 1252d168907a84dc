package dev.holdpoint.llm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdpoint.event.Failure.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what an endpoint's error means, and puts it into words without secrets. */
final class Refusals {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String TOO_LONG = "The conversation is too long for the model: ";
    private static final List<String> OVERFLOW_SIGNS = List.of(
            "context_length",
            "context length",
            "context window",
            "context size",
            "maximum context",
            "model_context_window",
            "too many tokens",
            "prompt is too long",
            "prompt too long",
            "prompt 超长",
            "input is too long",
            "input length",
            "maximum prompt length",
            "reduce the length");

    private final Redaction redaction;

    Refusals(Redaction redaction) {
        this.redaction = redaction;
    }

    /** An answer with another status than 2xx. */
    AttemptFailed ofStatus(int status, String body, @Nullable Duration retryAfter) {
        JsonNode json = parse(body);
        String said = said(json, body);
        String what = " (HTTP " + status + ")" + (said.isEmpty() ? "." : ": " + said);
        if (status == 429) {
            return AttemptFailed.passing(
                    Code.MODEL_RATE_LIMITED, "The model endpoint limits the rate of requests" + what, retryAfter);
        }
        if (status >= 500) {
            return AttemptFailed.passing(Code.MODEL_UNAVAILABLE, "The model endpoint failed" + what, retryAfter);
        }
        if (status == 413 || ((status == 400 || status == 422) && isOverflow(json.toString() + body))) {
            return AttemptFailed.lasting(Code.CONTEXT_OVERFLOW, TOO_LONG + "HTTP " + status + ". " + said);
        }
        if (status < 400) {
            return AttemptFailed.lasting(
                    Code.MODEL_UNAVAILABLE, "The model endpoint points elsewhere; check its base URL" + what);
        }
        return AttemptFailed.lasting(Code.MODEL_REFUSED, "The model endpoint refused the request" + what);
    }

    /** An answer with status 2xx, but with a body that is no event stream. */
    AttemptFailed ofBody(String body) {
        String what = "The model endpoint answered with something that is no event stream";
        if (body.isBlank()) {
            return AttemptFailed.passing(Code.MODEL_UNAVAILABLE, what + ": nothing at all.");
        }
        String said = said(parse(body), "");
        return AttemptFailed.lasting(
                Code.MODEL_UNAVAILABLE, what + (said.isEmpty() ? "; check its base URL." : ": " + said));
    }

    /**
     * An error in the midst of a stream.
     *
     * @param silent whether nothing of the answer was shown yet
     */
    AttemptFailed inStream(JsonNode error, boolean silent) {
        String said = said(error, error.asText(""));
        String code = (error.path("code").asText("") + " " + error.path("type").asText("")).toLowerCase(Locale.ROOT);
        if (isOverflow(error.toString())) {
            return AttemptFailed.lasting(Code.CONTEXT_OVERFLOW, TOO_LONG + said);
        }
        if (code.contains("429") || code.contains("rate_limit")) {
            return AttemptFailed.passing(
                    Code.MODEL_RATE_LIMITED, "The model endpoint limits the rate of requests: " + said);
        }
        if (code.contains("content_filter") || code.startsWith("1301 ")) {
            return AttemptFailed.lasting(Code.MODEL_REFUSED, "The model's provider withheld the answer: " + said);
        }
        if (code.startsWith("401 ") || code.startsWith("403 ") || code.contains("authentication")) {
            return AttemptFailed.lasting(Code.MODEL_REFUSED, "The model endpoint refused the request: " + said);
        }
        return AttemptFailed.passing(
                silent ? Code.MODEL_UNAVAILABLE : Code.MODEL_STREAM_INCOMPLETE,
                "The model endpoint reported an error in its answer: " + said);
    }

    private String said(JsonNode json, String otherwise) {
        for (JsonNode place : List.of(json.path("error"), json)) {
            for (String name : List.of("message", "msg", "detail")) {
                if (!place.path(name).asText("").isBlank()) {
                    return redaction.apply(place.path(name).asText());
                }
            }
        }
        if (json.path("error").isTextual()) {
            return redaction.apply(json.path("error").asText());
        }
        return otherwise.stripLeading().startsWith("<") ? "" : redaction.apply(otherwise);
    }

    private static boolean isOverflow(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return OVERFLOW_SIGNS.stream().anyMatch(lower::contains) || lower.contains("\"code\":\"1261\"");
    }

    private static JsonNode parse(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        }
    }
}
