package dev.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdpoint.event.Mode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reading and writing the JSON of the API: strict in what it takes, snake case in what it gives. */
public final class Wire {

    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private Wire() {}

    /** The name of a constant on the wire. */
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a body that must be an object with no other fields than these.
     *
     * @param body may be empty, which is an empty object
     */
    static ObjectNode object(@Nullable JsonBody body, Set<String> fields) {
        ObjectNode object = anyObject(body);
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw new Invalid(name, "unknown field");
            }
        }
        return object;
    }

    static ObjectNode anyObject(@Nullable JsonBody body) {
        if (body == null || body.text().isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(body.text()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new Invalid("body", "isn't valid JSON: " + e.getOriginalMessage());
        }
        throw new Invalid("body", "must be a JSON object");
    }

    /** The arguments of a call that was checked. */
    static JsonNode arguments(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("only checked calls wait for a person or run", e);
        }
    }

    static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new Invalid(field, "must be a string");
        }
        return value.textValue();
    }

    static String requiredText(JsonNode object, String field) {
        String value = text(object, field);
        if (value == null || value.isBlank()) {
            throw new Invalid(field, "is required and can't be empty");
        }
        return value;
    }

    static @Nullable Mode mode(JsonNode object) {
        String value = text(object, "mode");
        return value == null ? null : constant(Mode.class, "mode", value);
    }

    /** False if it isn't there. */
    static boolean flag(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new Invalid(field, "must be true or false");
        }
        return value.booleanValue();
    }

    static boolean bool(String field, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Invalid(field, "must be true or false");
        };
    }

    static <E extends Enum<E>> E constant(Class<E> type, String field, String value) {
        for (E constant : type.getEnumConstants()) {
            if (name(constant).equals(value)) {
                return constant;
            }
        }
        throw new Invalid(
                field,
                "must be one of "
                        + String.join(
                                ", ",
                                Arrays.stream(type.getEnumConstants())
                                        .map(Wire::name)
                                        .toList()));
    }

    static @Nullable ObjectNode child(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value instanceof ObjectNode node) {
            return node;
        }
        throw new Invalid(field, "must be an object");
    }
}
