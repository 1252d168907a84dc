package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JournalLinesTest {

    private static final Instant AT = Instant.parse("2026-01-31T12:00:00.123Z");
    private static final String HEADER = "{\"format\":\"holdpoint-journal\",\"version\":1}";
    private static final String CREATED =
            "{\"seq\":1,\"at\":\"2026-01-31T12:00:00Z\",\"type\":\"thread_created\",\"event\":{\"mode\":\"build\",\"metadata\":{}}}";

    private final ThreadId thread = new ThreadId("t");

    private List<Recorded> read(String file) {
        return read(file.getBytes(StandardCharsets.UTF_8));
    }

    private List<Recorded> read(byte[] file) {
        List<Recorded> events = new ArrayList<>();
        JournalLines.read(new ByteArrayInputStream(file), thread).forEachRemaining(events::add);
        return events;
    }

    private static byte[] written(List<Recorded> events) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        JournalLines.write(file, new ThreadId("elsewhere"), events.size(), events.iterator());
        return file.toByteArray();
    }

    private Recorded first(String title) {
        return new Recorded(thread, 1, AT, new Event.ThreadCreated(title, Mode.PLAN, Map.of("a", 1)));
    }

    @ParameterizedTest
    @MethodSource("dev.holdpoint.journal.GoldenEventsTest#kinds")
    void every_kind_of_event_comes_back_as_it_was(Class<?> kind) throws IOException {
        String type = GoldenEventsTest.type(kind);
        Event event = EventCodec.read(type, GoldenEventsTest.golden(type));
        List<Recorded> events = List.of(first("t"), new Recorded(thread, 2, AT, event));

        assertThat(read(written(events))).isEqualTo(events);
    }

    @Test
    void a_line_is_json_with_sequence_time_type_and_event() throws IOException {
        assertThat(new String(written(List.of(first("t"))), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"format":"holdpoint-journal","version":1,"thread_id":"elsewhere","events":1}
                        {"seq":1,"at":"2026-01-31T12:00:00.123Z","type":"thread_created","event":{"title":"t","mode":"plan","metadata":{"a":1}}}
                        """);
    }

    @Test
    void odd_text_survives() throws IOException {
        List<Recorded> events = List.of(first("nul \0, lone \ud800, line\nend, 中文, \u2028, \ud83d\ude00"));

        assertThat(read(written(events))).isEqualTo(events);
    }

    @Test
    void a_line_may_be_longer_than_what_is_read_at_once() throws IOException {
        List<Recorded> events =
                List.of(first("t"), new Recorded(thread, 2, AT, new Event.UserMessageAdded("m", "x".repeat(200_000))));

        assertThat(read(written(events))).isEqualTo(events);
    }

    @Test
    void a_file_without_a_line_end_or_with_those_of_windows_is_read() {
        assertThat(read(HEADER + "\r\n" + CREATED)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1 | {"format":"holdpoint-journal","version":2}
            1 | {"format":"something","version":1}
            1 | []
            1 | hello
            """)
    void another_file_is_refused_at_its_first_line(int line, String header) {
        assertThatThrownBy(() -> read(header + "\n" + CREATED))
                .isInstanceOf(BadLine.class)
                .hasMessageStartingWith("line " + line + ": ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            seq must be 2                | {"seq":3,"at":"2026-01-31T12:00:00Z","type":"run_finished","event":{"run_id":"r"}}
            seq must be 2                | {"at":"2026-01-31T12:00:00Z","type":"run_finished","event":{"run_id":"r"}}
            at must be a time            | {"seq":2,"at":"yesterday","type":"run_finished","event":{"run_id":"r"}}
            at must be a time            | {"seq":2,"at":"+999999999-01-01T00:00:00Z","type":"run_finished","event":{"run_id":"r"}}
            unknown type: run_flown      | {"seq":2,"at":"2026-01-31T12:00:00Z","type":"run_flown","event":{"run_id":"r"}}
            event must be an object      | {"seq":2,"at":"2026-01-31T12:00:00Z","type":"run_finished","event":"r"}
            lacks a field: run_finished  | {"seq":2,"at":"2026-01-31T12:00:00Z","type":"run_finished","event":{}}
            lacks a field: run_failed    | {"seq":2,"at":"2026-01-31T12:00:00Z","type":"run_failed","event":{"run_id":"r","failure":{"code":"internal"}}}
            can't be read: approval_requested | {"seq":2,"at":"2026-01-31T12:00:00Z","type":"approval_requested","event":{"run_id":"r","interrupts":[]}}
            isn't valid JSON             | {"seq":2,
            isn't valid JSON             | {"seq":2} {"seq":3}
            must be a JSON object        | 2
            """)
    void a_wrong_line_is_named(String what, String line) {
        assertThatThrownBy(() -> read(HEADER + "\n" + CREATED + "\n" + line + "\n"))
                .isInstanceOf(BadLine.class)
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining(what);
    }

    @Test
    void bytes_that_are_no_utf_8_are_refused() {
        byte[] file = (HEADER + "\n" + CREATED).getBytes(StandardCharsets.ISO_8859_1);
        file[HEADER.length() + 5] = (byte) 0xff;

        assertThatThrownBy(() -> read(file)).isInstanceOf(BadLine.class).hasMessageStartingWith("line 2: ");
    }

    @Test
    void a_journal_begins_with_the_thread() {
        String finished =
                "{\"seq\":1,\"at\":\"2026-01-31T12:00:00Z\",\"type\":\"run_finished\",\"event\":{\"run_id\":\"r\"}}";

        assertThatThrownBy(() -> read(HEADER + "\n" + finished))
                .hasMessageContaining("line 2: the first event must be");
        assertThatThrownBy(() -> read(HEADER + "\n")).hasMessageContaining("line 1: the file ends after 0 events");
    }

    @Test
    void a_file_that_was_cut_is_noticed() {
        String header = "{\"format\":\"holdpoint-journal\",\"version\":1,\"events\":2}";

        assertThatThrownBy(() -> read(header + "\n" + CREATED + "\n"))
                .isInstanceOf(BadLine.class)
                .hasMessage("line 2: the file ends after 1 events of 2");
    }

    @Test
    void no_line_is_longer_than_16_MiB() {
        String title = "x".repeat(16 << 20);

        assertThatThrownBy(
                        () -> read(HEADER + "\n" + CREATED.replace("\"mode\"", "\"title\":\"" + title + "\",\"mode\"")))
                .isInstanceOf(BadLine.class)
                .hasMessage("line 2: is longer than 16777216 bytes");
    }

    @Test
    void a_line_is_bounded() {
        ByteLines lines = new ByteLines(new ByteArrayInputStream("1234\n12345\n".getBytes(StandardCharsets.UTF_8)), 4);

        assertThat(lines.next()).hasSize(4);
        assertThatThrownBy(lines::next).isInstanceOf(BadLine.class).hasMessage("line 2: is longer than 4 bytes");
    }
}
