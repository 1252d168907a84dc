package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts what a schema finds into plain words. */
final class SchemaProblems {

    private static final int MOST = 10;

    private SchemaProblems() {}

    /** @param onlyFirst spares the memory for the rest: large arguments may hold hundreds of thousands of problems */
    static Optional<String> of(JsonSchema schema, JsonNode arguments, boolean onlyFirst) {
        Collection<ValidationMessage> found = schema.validate(
                arguments, context -> context.getExecutionConfig().setFailFast(onlyFirst));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String listed =
                found.stream().limit(MOST).map(SchemaProblems::words).distinct().collect(Collectors.joining("; "));
        String more = found.size() > MOST ? "; and " + (found.size() - MOST) + " more problems" : "";
        return Optional.of(listed + more + ".");
    }

    private static String words(ValidationMessage message) {
        String path = path(message);
        JsonNode schema = message.getSchemaNode();
        return switch (message.getType()) {
            case "required" -> Words.quoted(path + message.getProperty()) + " is missing";
            case "additionalProperties" -> Words.quoted(path + message.getProperty()) + " is not one of its arguments";
            case "type" ->
                value(message) + " must be of type " + (schema.isTextual() ? schema.asText() : schema) + ", not "
                        + kind(message);
            case "enum" -> value(message) + " must be one of " + schema;
            case "minLength" -> value(message) + " must not be empty";
            case "minimum" -> value(message) + " must be at least " + schema.asText();
            case "maximum" -> value(message) + " must be at most " + schema.asText();
            case "maxItems" -> value(message) + " must have at most " + schema.asText() + " items";
            default -> value(message) + ": " + Words.onOneLine(message.getError());
        };
    }

    /** Where the problem is, as a prefix for a name: empty at the top, {@code todos[0].} below. */
    private static String path(ValidationMessage message) {
        String path = bare(message);
        return path.isEmpty() ? "" : path + ".";
    }

    private static String value(ValidationMessage message) {
        return Words.quoted(bare(message));
    }

    private static String bare(ValidationMessage message) {
        String path = message.getInstanceLocation().toString();
        return path.startsWith("$.") ? path.substring(2) : path.equals("$") ? "" : path;
    }

    private static String kind(ValidationMessage message) {
        JsonNode node = message.getInstanceNode();
        return node == null ? "something else" : node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
    }
}
