package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * Finds values that JSON lets through and nothing behind it can carry: half a surrogate pair would become a question
 * mark when it's written, so that something else would run than what was approved.
 */
final class OddValues {

    private OddValues() {}

    static Optional<String> in(String text) {
        return hasLoneSurrogate(text)
                ? Optional.of("its arguments hold half of a surrogate pair, which is no character. Leave it out.")
                : Optional.empty();
    }

    static Optional<String> in(JsonNode node) {
        if (node.isTextual()) {
            return in(node.textValue());
        }
        if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
            return Optional.of("its arguments hold a number that is too large.");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Optional<String> found = in(field.getKey());
            if (found.isPresent()) {
                return found;
            }
        }
        for (JsonNode child : node) {
            Optional<String> found = in(child);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
}
