package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ToolCallStarted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of event that was ever stored can be read for ever: its golden file is never changed, only added to. */
class GoldenEventsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Class<?>> kinds() {
        return Arrays.stream(Event.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_golden_file_reads_and_writes_the_same(Class<?> kind) throws IOException {
        String type = type(kind);
        String golden = golden(type);

        Event event = EventCodec.read(type, golden);

        assertThat(event).isInstanceOf(kind);
        assertThat(EventCodec.type(event)).isEqualTo(type);
        assertThat(JSON.readTree(EventCodec.body(event))).isEqualTo(JSON.readTree(golden));
    }

    @Test
    void a_start_with_the_arguments_of_a_person_reads_and_writes_the_same() throws IOException {
        String golden = golden("tool_call_started-edited");

        Event event = EventCodec.read("tool_call_started", golden);

        assertThat(event).isEqualTo(new ToolCallStarted("call_1", "execute", "sha256:00", "{\"command\":\"id\"}"));
        assertThat(JSON.readTree(EventCodec.body(event))).isEqualTo(JSON.readTree(golden));
    }

    static String type(Class<?> kind) {
        return kind.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    static String golden(String type) throws IOException {
        try (var file = GoldenEventsTest.class.getResourceAsStream("/golden/" + type + ".json")) {
            assertThat(file).as("golden file of " + type).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
