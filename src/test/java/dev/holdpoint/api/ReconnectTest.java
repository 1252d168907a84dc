package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.awaitStatus;
import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.events;
import static dev.holdpoint.testing.Api.journal;
import static dev.holdpoint.testing.Api.json;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wherever a stream breaks off, the next one goes on from there. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ReconnectTest {

    private static final int WORDS = 40;

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @Inject
    Journal journal;

    @BeforeEach
    void reset() {
        model.reset();
    }

    /** A thread in which everything has happened that can. */
    private String thread_with_all_kinds_of_events() {
        String todos = "{\"todos\":[{\"content\":\"look\",\"status\":\"pending\"}]}";
        model.enqueue(
                Answer.call("write_todos", todos).reasoning("First a plan."),
                Answer.call("execute", "{\"command\":\"echo no\"}"),
                Answer.call("execute", "{\"command\":\"echo yes\"}"),
                Answer.text("It said yes."),
                Answer.status(400, "{}"),
                Answer.text("never to be finished").stallAfter(3));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "run it");
        Frame first = stream.await("RUN_FINISHED");
        decide(thread, "reject");
        stream.await("the second interrupt", f -> f.text("/outcome/type").equals("interrupt") && !f.equals(first));
        decide(thread, "approve");
        stream.awaitEnd();
        json().body("{\"title\":\"another\"}").patch("/api/threads/" + thread);
        chat(thread, "fail").awaitEnd();
        SseClient cancelled = chat(thread, "hang");
        cancelled.await("TEXT_MESSAGE_CONTENT");
        post("/api/threads/" + thread + "/cancel", "");
        cancelled.awaitEnd();
        return thread;
    }

    private static List<String> lines(List<Frame> frames) {
        return frames.stream().map(Frame::toString).toList();
    }

    /** The frames of the events after this one. */
    private static List<Frame> after(List<Frame> whole, long seq) {
        int from = 0;
        for (int i = 0; i < whole.size(); i++) {
            @Nullable String id = whole.get(i).id();
            if (id != null && Long.parseLong(id) <= seq) {
                from = i + 1;
            }
        }
        return whole.subList(from, whole.size());
    }

    @Test
    void every_event_of_a_journal_is_a_place_to_go_on_from() {
        String thread = thread_with_all_kinds_of_events();
        assertThat(journal.read(new ThreadId(thread), 0, 1_000).stream()
                        .map(r -> r.event().getClass().getSimpleName())
                        .collect(Collectors.toSet()))
                .as("kinds of events")
                .isEqualTo(Stream.of(Event.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toSet()));
        List<Frame> whole = journal(thread, null);
        long last = state(thread).path("last_event_id").asLong();
        assertThat(last).isGreaterThan(25);

        for (long seq = 0; seq <= last; seq++) {
            List<Frame> rest = journal(thread, Long.toString(seq));

            assertThat(lines(rest)).as("after event %s", seq).isEqualTo(lines(after(whole, seq)));
        }
    }

    /** What a client that keeps going away has put together. */
    private static final class Wanderer {
        private final String thread;
        private final List<String> ids = new ArrayList<>();
        private @Nullable String lastId;
        private String shown = "";
        private int visits;
        private boolean over;

        Wanderer(String thread, String lastId) {
            this.thread = thread;
            this.lastId = lastId;
        }

        /** Comes, sees a little more than the last time, and goes. */
        void visit(Predicate<Frame> piece, String pointer) {
            try (SseClient stream = events(thread, "", lastId)) {
                stream.await(
                        "more than " + shown,
                        f -> isEnd(f) || text(stream.frames(), piece, pointer).length() > shown.length());
                List<Frame> frames = stream.frames();
                over = frames.stream().anyMatch(Wanderer::isEnd);
                String text = text(frames, piece, pointer);
                if (!text.isEmpty()) {
                    assertThat(text).as("from the beginning again").startsWith(shown);
                    shown = text;
                }
                take(frames);
                visits++;
            }
        }

        private static boolean isEnd(Frame frame) {
            return frame.event().equals("RUN_FINISHED");
        }

        private void take(List<Frame> frames) {
            for (Frame frame : frames) {
                if (frame.id() != null) {
                    ids.add(String.valueOf(frame.id()));
                    lastId = frame.id();
                }
            }
        }
    }

    private static String text(List<Frame> frames, Predicate<Frame> piece, String pointer) {
        return frames.stream().filter(piece).map(f -> f.text(pointer)).collect(Collectors.joining());
    }

    private static List<String> idsAfter(String thread, String id) {
        return journal(thread, id).stream()
                .filter(f -> f.id() != null)
                .map(f -> String.valueOf(f.id()))
                .toList();
    }

    @Test
    void reconnects_in_the_middle_of_a_message_show_it_from_its_beginning_and_then_live() {
        String words = IntStream.range(0, WORDS).mapToObj(i -> "word" + i + " ").collect(Collectors.joining());
        model.enqueue(Answer.text(words).delay(50));
        String thread = thread();
        SseClient chat = chat(thread, "count");
        chat.await("TEXT_MESSAGE_CONTENT");
        String start = chat.ids().getLast();
        Wanderer client = new Wanderer(thread, start);

        while (!client.over) {
            client.visit(f -> f.event().equals("TEXT_MESSAGE_CONTENT"), "/delta");
        }

        assertThat(client.visits).isGreaterThan(5);
        assertThat(client.shown).isEqualTo(words);
        assertThat(client.ids).isEqualTo(idsAfter(thread, start)).doesNotHaveDuplicates();
    }

    @Test
    void reconnects_in_the_middle_of_a_commands_output_show_it_from_its_beginning_and_then_live() {
        model.enqueue(
                Answer.call(
                        "execute",
                        "{\"command\":\"for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 0.15; done\"}"),
                Answer.text("Counted."));
        String thread = thread();
        SseClient chat = chatUntilInterrupt(thread, "count");
        String start = chat.ids().getLast();
        decide(thread, "approve");
        Wanderer client = new Wanderer(thread, start);

        while (!client.over) {
            client.visit(f -> f.text("/name").equals("tool_output"), "/value/text");
        }

        assertThat(client.visits).isGreaterThan(5);
        assertThat(client.shown).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
        assertThat(client.ids).isEqualTo(idsAfter(thread, start)).doesNotHaveDuplicates();
    }

    @Test
    void a_cursor_of_the_future_during_a_turn_gets_a_resync_then_everything_then_live() {
        model.enqueue(Answer.text("one two three four five six seven eight").delay(150));
        String thread = thread();
        SseClient chat = chat(thread, "count");
        chat.await("two", f -> f.text("/delta").contains("two"));

        try (SseClient lost = events(thread, "", "4711")) {
            lost.await("RUN_FINISHED");

            assertThat(lost.frames().getFirst().text("/name")).isEqualTo("resync");
            assertThat(lost.frames("TEXT_MESSAGE_CONTENT").getFirst().text("/delta"))
                    .startsWith("one two");
            assertThat(lost.frames("TEXT_MESSAGE_CONTENT").size()).isGreaterThan(2);
            assertThat(lost.ids()).isEqualTo(idsAfter(thread, "0"));
        }
        awaitStatus(thread, "idle");
    }
}
