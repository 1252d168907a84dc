package dev.holdpoint.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a person's own command.
 *
 * @param output stdout and stderr as they came
 * @param exitCode present exactly when the outcome is exited
 * @param truncated whether the middle of the output was left out
 * @param reason why it was stopped, if it was; the outcome is an error then
 */
public record PersonsExec(
        String output,
        @Nullable Integer exitCode,
        Outcome outcome,
        boolean truncated,
        Duration duration,
        @Nullable String reason) {

    /** It was started, and nobody can tell how it ended. */
    public static final PersonsExec UNKNOWN =
            new PersonsExec("", null, Outcome.OUTCOME_UNKNOWN, false, Duration.ZERO, null);

    static final Repeats.Stored<PersonsExec> STORED =
            new Repeats.Stored<>(PersonsExec::json, PersonsExec::ofJson, UNKNOWN);

    /** Plain ASCII, so that every store takes it. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** In the form in which it is kept for those who ask again; milliseconds are enough. */
    String json() {
        var json = JSON.createObjectNode().put("output", output).put("exit_code", exitCode);
        json.put("reason", reason);
        json.put("outcome", outcome.name()).put("truncated", truncated).put("duration_ms", duration.toMillis());
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that can't be written", e);
        }
    }

    /** Whether this is such an answer, and not the id of a process in the background. */
    static boolean isStored(String answer) {
        return answer.startsWith("{");
    }

    static PersonsExec ofJson(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return new PersonsExec(
                    json.path("output").asText(),
                    json.path("exit_code").isInt() ? json.path("exit_code").intValue() : null,
                    Outcome.valueOf(json.path("outcome").asText()),
                    json.path("truncated").asBoolean(),
                    Duration.ofMillis(json.path("duration_ms").asLong()),
                    json.path("reason").textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that can't be read", e);
        }
    }
}
