package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.events;
import static dev.holdpoint.testing.Api.journal;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes back gets what they missed: no gap, nothing twice, no message split. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ReplayTest {

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    /** A thread in which a bit of everything has happened. */
    private String eventful() {
        model.enqueue(
                Answer.call("execute", "{\"command\":\"echo hi\"}").reasoning("Let me see what it says."),
                Answer.text("It says hi. And that is it.").delay(10),
                Answer.text("Bye then."));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "run it");
        decide(thread, "approve");
        stream.awaitEnd();
        chat(thread, "bye").awaitEnd();
        return thread;
    }

    private static List<String> lines(List<Frame> frames) {
        return frames.stream().map(Frame::toString).toList();
    }

    private static String text(List<Frame> frames) {
        return frames.stream()
                .filter(f -> f.event().equals("TEXT_MESSAGE_CONTENT"))
                .map(f -> f.text("/delta"))
                .collect(Collectors.joining());
    }

    @Test
    void a_replay_is_compact() {
        String thread = eventful();

        List<Frame> replay = journal(thread, null);

        assertThat(replay.stream().map(Frame::event).filter(t -> !t.equals("STATE_SNAPSHOT")))
                .containsExactly(
                        "RUN_STARTED",
                        "REASONING_START",
                        "REASONING_MESSAGE_START",
                        "REASONING_MESSAGE_CONTENT",
                        "REASONING_MESSAGE_END",
                        "REASONING_END",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "RUN_FINISHED",
                        "RUN_STARTED",
                        "CUSTOM",
                        "TOOL_CALL_RESULT",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "RUN_FINISHED",
                        "RUN_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "RUN_FINISHED");
        assertThat(text(replay)).isEqualTo("It says hi. And that is it.Bye then.");
    }

    @Test
    void reconnects_at_every_id_add_up_to_the_journal() {
        String thread = eventful();
        List<Frame> whole = journal(thread, null);
        List<String> ids = whole.stream()
                .filter(f -> f.id() != null)
                .map(f -> String.valueOf(f.id()))
                .toList();
        assertThat(ids).hasSizeGreaterThan(10).doesNotHaveDuplicates();

        for (String id : ids) {
            List<Frame> rest = journal(thread, id);

            List<Frame> before = new ArrayList<>();
            for (Frame frame : whole) {
                before.add(frame);
                if (id.equals(frame.id())) {
                    break;
                }
            }
            before.addAll(rest);
            assertThat(lines(before)).as("cut after %s", id).isEqualTo(lines(whole));
        }
    }

    @Test
    void the_live_stream_has_the_same_journaled_frames_as_the_replay() {
        model.enqueue(Answer.call("execute", "{\"command\":\"echo hi\"}"), Answer.text("It says hi."));
        String thread = thread();
        SseClient live = chatUntilInterrupt(thread, "run it");
        decide(thread, "approve");
        live.awaitEnd();

        List<Frame> replay = journal(thread, null);

        List<Frame> withIds = live.frames().stream().filter(f -> f.id() != null).toList();
        assertThat(lines(withIds))
                .isEqualTo(lines(replay.stream().filter(f -> f.id() != null).toList()));
    }

    @Test
    void frames_with_an_id_tell_when_it_was_and_no_others_do() {
        long before = System.currentTimeMillis();
        String thread = eventful();
        long after = System.currentTimeMillis();

        List<Frame> whole = journal(thread, null);

        assertThat(whole).allSatisfy(f -> assertThat(f.data().has("timestamp")).isEqualTo(f.id() != null));
        assertThat(whole.stream()
                        .filter(f -> f.id() != null)
                        .map(f -> f.data().path("timestamp").longValue()))
                .isSorted()
                .allMatch(at -> at >= before && at <= after);
    }

    @Test
    void after_in_the_query_does_as_the_header_does_and_the_header_wins() {
        String thread = eventful();
        List<Frame> whole = journal(thread, null);
        String id = String.valueOf(whole.stream()
                .filter(f -> f.event().equals("TOOL_CALL_RESULT"))
                .findFirst()
                .orElseThrow()
                .id());

        SseClient byQuery = events(thread, "?follow=false&after=" + id, null).awaitEnd();
        SseClient byBoth = events(thread, "?follow=false&after=1", id).awaitEnd();

        assertThat(lines(byQuery.frames())).isEqualTo(lines(journal(thread, id)));
        assertThat(lines(byBoth.frames())).isEqualTo(lines(byQuery.frames()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999", "-3", "abc", "1.5", "99999999999999999999", "epoch2:4"})
    void a_cursor_that_means_nothing_gets_a_resync_and_everything(String cursor) {
        String thread = eventful();

        List<Frame> frames = journal(thread, cursor);

        assertThat(frames.getFirst().event()).isEqualTo("CUSTOM");
        assertThat(frames.getFirst().text("/name")).isEqualTo("resync");
        assertThat(frames.getFirst().id()).isNull();
        assertThat(lines(frames.subList(1, frames.size()))).isEqualTo(lines(journal(thread, null)));
    }

    @Test
    void a_cursor_at_the_end_gets_nothing_and_a_follower_waits_there() {
        String thread = eventful();
        String last = String.valueOf(journal(thread, null).getLast().id());
        assertThat(journal(thread, last)).isEmpty();
        model.enqueue(Answer.text("Hello again."));

        try (SseClient follower = events(thread, "", last)) {
            assertThat(follower.answeredAfter()).isLessThan(Duration.ofSeconds(1));
            assertThat(follower.header("Cache-Control")).isEqualTo("no-store");
            follower.awaitHeartbeats(2);
            chat(thread, "hello").awaitEnd();

            follower.await("RUN_FINISHED");

            assertThat(text(follower.frames())).isEqualTo("Hello again.");
            assertThat(follower.isEnded()).isFalse();
        }
    }

    @Test
    void who_comes_in_the_middle_of_a_message_gets_the_text_so_far_then_live() {
        model.enqueue(
                Answer.text("one two three four five six seven eight nine ten").delay(150));
        String thread = thread();
        SseClient first = chat(thread, "count");
        first.await("two", f -> f.text("/delta").contains("three"));

        try (SseClient second = events(thread, "", null)) {
            second.await("RUN_FINISHED");

            List<Frame> contents = second.frames("TEXT_MESSAGE_CONTENT");
            assertThat(contents.getFirst().text("/delta")).startsWith("one two three");
            assertThat(contents.size()).isGreaterThan(2);
            assertThat(text(contents)).isEqualTo("one two three four five six seven eight nine ten");
            assertThat(second.frames("TEXT_MESSAGE_START")).hasSize(1);
            assertThat(second.frames("TEXT_MESSAGE_END")).hasSize(1);
            assertThat(second.ids()).isEqualTo(first.awaitEnd().ids());
        }
    }

    @Test
    void two_followers_see_the_same() {
        model.enqueue(Answer.text("one two three four").delay(50));
        String thread = thread();
        try (SseClient a = events(thread, "", null);
                SseClient b = events(thread, "", null)) {
            chat(thread, "count").awaitEnd();

            a.await("RUN_FINISHED");
            b.await("RUN_FINISHED");

            assertThat(a.ids()).isEqualTo(b.ids()).isNotEmpty();
            assertThat(text(a.frames())).isEqualTo(text(b.frames())).isEqualTo("one two three four");
        }
    }
}
