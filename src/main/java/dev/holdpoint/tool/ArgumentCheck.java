package dev.holdpoint.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.holdpoint.event.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Checks the text of a call's arguments against the tool's schema. Bad input is an answer, never an exception. */
final class ArgumentCheck {

    /** No tool needs more, and what is read with this bound is read by everyone else too. */
    private static final int DEEPEST = 100;

    /** Chars beyond which only the first problem is told. */
    private static final int LARGE = 64 * 1024;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonSchema schema;
    private final int maxBytes;

    ArgumentCheck(ToolSpec spec, int maxBytes) {
        this.schema = SCHEMAS.getSchema(spec.parameters());
        schema.initializeValidators();
        this.maxBytes = maxBytes;
    }

    /** What is wrong with these arguments, in words for the model; empty when nothing is. */
    Optional<String> problem(String arguments) {
        // A char is at least one byte: this spares the encoding of what is far too long anyway.
        if (arguments.length() > maxBytes || arguments.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            return Optional.of("its arguments are larger than " + Words.number(maxBytes)
                    + " bytes. Send less at once, for instance a file in several parts.");
        }
        try {
            return problem(JSON.readTree(arguments), arguments.length() > LARGE).or(() -> OddValues.in(arguments));
        } catch (JsonEOFException e) {
            return Optional.of("its arguments end in the middle of the JSON" + at(e.getLocation())
                    + ", so they look cut off. Send the whole call again, with less in it if it was long.");
        } catch (JsonProcessingException e) {
            return Optional.of("its arguments are not valid JSON: " + Words.onOneLine(firstLine(e.getOriginalMessage()))
                    + at(e.getLocation()) + ". Send one JSON object.");
        }
    }

    private Optional<String> problem(JsonNode node, boolean large) {
        if (!node.isObject()) {
            return Optional.of("its arguments are not a JSON object but "
                    + node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT) + ". Send one JSON object.");
        }
        return OddValues.in(node).or(() -> SchemaProblems.of(schema, node, large));
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static String at(@org.jspecify.annotations.Nullable JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
