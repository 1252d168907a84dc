package dev.holdpoint.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Summary;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Events as text: a type, which is the event's name in snake case, and a JSON body. Both are for ever; fields may be
 * added, and unknown ones are ignored.
 */
final class EventCodec {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectWriter ASCII = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final ObjectReader WHOLE = JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Map<String, Class<?>> TYPES = Arrays.stream(Event.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(EventCodec::nameOf, Function.identity()));

    private EventCodec() {}

    static String type(Event event) {
        return nameOf(event.getClass());
    }

    static String body(Event event) {
        return write(event);
    }

    static String text(Summary summary) {
        return write(summary);
    }

    /** Null for what isn't there. */
    static @Nullable Summary summary(@Nullable String text) {
        try {
            return text == null ? null : JSON.readValue(text, Summary.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a summary that can't be read", e);
        }
    }

    private static String write(Object value) {
        try {
            String json = JSON.writeValueAsString(value);
            // A lone surrogate has no UTF-8 form and would come back as a question mark; as an escape it survives.
            return hasLoneSurrogate(json) ? ASCII.writeValueAsString(value) : json;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "can't be written: " + value.getClass().getSimpleName(), e);
        }
    }

    /** @throws IllegalArgumentException if this version doesn't know the type or can't read the body */
    static Event read(String type, String body) {
        Class<?> kind = TYPES.get(type);
        if (kind == null) {
            throw new IllegalArgumentException("an event of an unknown type: " + type);
        }
        try {
            return (Event) Objects.requireNonNull(JSON.readValue(body, kind));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an event that can't be read: " + type, e);
        }
    }

    /**
     * Reads what comes from elsewhere: nothing may be missing that isn't optional.
     *
     * @throws IllegalArgumentException if this version doesn't know the type or can't read the body
     */
    static Event readForeign(String type, JsonNode body) {
        Event event = read(type, body.toString());
        if (!Completeness.of(event)) {
            throw new IllegalArgumentException("an event that lacks a field: " + type);
        }
        return event;
    }

    /** One JSON value and nothing behind it. */
    static JsonNode tree(byte[] utf8) throws IOException {
        return WHOLE.readTree(utf8);
    }

    private static String nameOf(Class<?> kind) {
        return ((PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE)
                .translate(kind.getSimpleName());
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
