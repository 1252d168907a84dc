package dev.holdpoint.llm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Makes an answer out of the chunks of a stream. Used by one thread at a time. */
final class AnswerStream implements BodyPump.Sink {

    private static final ObjectReader READER =
            new JsonMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};
    /** The model ran into trouble and says so in the place of a reason to finish. */
    private static final Set<String> BROKEN = Set.of("network_error", "error", "abort", "insufficient_system_resource");

    private static final Set<String> WITHHELD = Set.of("content_filter", "sensitive");

    private final DeltaRelay relay;
    private final CallAssembly calls;
    private final Refusals refusals;
    private final SseLines lines;
    private String model;
    private String finishReason = "";
    private Usage usage = Usage.NONE;
    private boolean any;
    private volatile boolean finished;
    private boolean done;

    AnswerStream(DeltaRelay relay, CallAssembly calls, Refusals refusals, OpenAiSettings settings) {
        this.relay = relay;
        this.calls = calls;
        this.refusals = refusals;
        this.lines = new SseLines(this::data, settings.maxAnswerBytes());
        this.model = settings.model();
    }

    @Override
    public void read(ByteBuffer bytes) throws AttemptFailed, IOException {
        lines.read(bytes);
    }

    @Override
    public void flush() {
        relay.flush();
    }

    @Override
    public void end() throws AttemptFailed, IOException {
        lines.end();
    }

    @Override
    public boolean isDone() {
        return done;
    }

    /** The model has said that it's through, so that only formalities are missing. */
    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public boolean isSilent() {
        return relay.isSilent();
    }

    /** The whole answer, once the stream is at its end. */
    Completion completion() throws AttemptFailed {
        if (!any) {
            throw AttemptFailed.passing(
                    Failure.Code.MODEL_UNAVAILABLE,
                    "The model endpoint answered with something that is no event stream.");
        }
        if (finishReason.isEmpty()) {
            throw AttemptFailed.incomplete("The model's answer ended without a reason to finish: it was cut off.");
        }
        checkReason();
        List<ToolCall> whole = calls.finish();
        if (whole.isEmpty() && relay.text().isEmpty() && finishReason.equals("tool_calls")) {
            throw AttemptFailed.incomplete("The model said that it calls tools, but named none.");
        }
        return new Completion(
                relay.text(), relay.reasoning(), whole, usage, model, finishReason, relay.firstTokenMillis());
    }

    private void checkReason() throws AttemptFailed {
        if (BROKEN.contains(finishReason)) {
            throw AttemptFailed.incomplete("The model broke its answer off: " + finishReason + ".");
        }
        if (WITHHELD.contains(finishReason)) {
            throw AttemptFailed.lasting(
                    Failure.Code.MODEL_REFUSED, "The model's provider withheld the answer: " + finishReason + ".");
        }
        if (finishReason.equals("model_context_window_exceeded")) {
            throw AttemptFailed.lasting(
                    Failure.Code.CONTEXT_OVERFLOW, "The conversation is too long for the model's context.");
        }
    }

    private void data(byte[] bytes, int offset, int length) throws AttemptFailed, IOException {
        if (done) {
            return;
        }
        if (isDoneMark(bytes, offset, length)) {
            any = true;
            done = true;
            return;
        }
        JsonNode chunk = parse(bytes, offset, length);
        if (!chunk.isObject()) {
            throw AttemptFailed.incomplete("The model's stream has a line that is not a chunk.");
        }
        any = true;
        chunk(chunk);
    }

    private static JsonNode parse(byte[] bytes, int offset, int length) throws AttemptFailed, IOException {
        try {
            return READER.readTree(bytes, offset, length);
        } catch (JacksonException _) {
            throw AttemptFailed.incomplete("The model's stream has a line that is not JSON.");
        }
    }

    private void chunk(JsonNode chunk) throws AttemptFailed {
        JsonNode error = chunk.get("error");
        if (error != null && !error.isNull()) {
            throw refusals.inStream(error, relay.isSilent());
        }
        JsonNode choices = chunk.path("choices");
        for (int i = 0; i < choices.size(); i++) {
            JsonNode choice = choices.path(i);
            if (choice.path("index").asInt(0) == 0) {
                choice(choice);
            }
        }
        if (chunk.path("usage").isObject()) {
            usage = usage(chunk.path("usage"));
        }
        String named = chunk.path("model").asText("");
        model = named.isBlank() ? model : named;
    }

    private void choice(JsonNode choice) throws AttemptFailed {
        JsonNode delta = choice.path("delta");
        String thought = text(delta.path("reasoning_content"));
        relay.reasoning(thought.isEmpty() ? text(delta.path("reasoning")) : thought);
        relay.text(text(delta.path("content")));
        JsonNode pieces = delta.get("tool_calls");
        if (pieces != null) {
            calls.read(pieces);
        }
        String reason = choice.path("finish_reason").asText("");
        finishReason = reason.isEmpty() || reason.equals("null") ? finishReason : reason;
        finished = !finishReason.isEmpty();
    }

    /** A string, or a list of parts of which some are text. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.isTextual() ? content.textValue() : "";
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }

    private static Usage usage(JsonNode json) {
        long input = json.path("prompt_tokens").asLong(0);
        long output = json.path("completion_tokens").asLong(0);
        return new Usage(Math.max(0, input), Math.max(0, output));
    }

    private static boolean isDoneMark(byte[] bytes, int offset, int length) {
        int end = offset + length;
        while (end > offset && bytes[end - 1] == ' ') {
            end--;
        }
        return Arrays.equals(bytes, offset, end, DONE, 0, DONE.length);
    }
}
