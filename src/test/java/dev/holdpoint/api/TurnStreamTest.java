package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.events;
import static dev.holdpoint.testing.Api.messages;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.state;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a turn looks like on the wire: the events, their order, their fields and their ids. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class TurnStreamTest {

    private static final Set<String> NEVER_JOURNALED = Set.of(
            "TEXT_MESSAGE_START",
            "REASONING_START",
            "REASONING_MESSAGE_START",
            "REASONING_MESSAGE_CONTENT",
            "TOOL_CALL_START");

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    /** The types in order, with repeated ones once. */
    private static List<String> shape(SseClient stream) {
        List<String> types = stream.types();
        return IntStream.range(0, types.size())
                .filter(i -> i == 0 || !types.get(i).equals(types.get(i - 1)))
                .mapToObj(types::get)
                .filter(type -> !type.equals("STATE_SNAPSHOT"))
                .toList();
    }

    private static String joined(List<Frame> frames) {
        return frames.stream().map(f -> f.text("/delta")).collect(Collectors.joining());
    }

    @Test
    void a_plain_answer_is_thought_then_text_then_the_end() {
        model.enqueue(Answer.text("Hello, dear world.")
                .reasoning("The user greets me.")
                .delay(20));
        String thread = thread();

        SseClient stream = chat(thread, "hello").awaitEnd();

        assertThat(shape(stream))
                .containsExactly(
                        "RUN_STARTED",
                        "REASONING_START",
                        "REASONING_MESSAGE_START",
                        "REASONING_MESSAGE_CONTENT",
                        "REASONING_MESSAGE_END",
                        "REASONING_END",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "RUN_FINISHED");
        assertThat(joined(stream.frames("REASONING_MESSAGE_CONTENT"))).isEqualTo("The user greets me.");
        assertThat(joined(stream.frames("TEXT_MESSAGE_CONTENT"))).isEqualTo("Hello, dear world.");
        assertThat(stream.frames("TEXT_MESSAGE_CONTENT").size()).isGreaterThan(1);
        Frame started = stream.await("RUN_STARTED");
        assertThat(started.text("/threadId")).isEqualTo(thread);
        assertThat(started.text("/runId")).isNotBlank();
        assertThat(started.data().has("parentRunId")).isFalse();
        Frame finished = stream.await("RUN_FINISHED");
        assertThat(finished.text("/runId")).isEqualTo(started.text("/runId"));
        assertThat(finished.text("/outcome/type")).isEqualTo("success");
        assertThat(stream.await("TEXT_MESSAGE_START").text("/role")).isEqualTo("assistant");
        assertThat(stream.frames().stream()
                        .filter(f -> f.event().startsWith("TEXT_MESSAGE"))
                        .map(f -> f.text("/messageId")))
                .containsOnly(stream.await("TEXT_MESSAGE_START").text("/messageId"));
    }

    @Test
    void a_command_shows_its_call_its_beginning_its_output_and_its_result() {
        model.enqueue(
                Answer.calls(new ToolCall("call_a", "execute", "{\"command\":\"printf 'one\\\\ntwo\\\\n'; exit 3\"}")),
                Answer.text("It failed."));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "run it");

        decide(thread, "approve");

        stream.awaitEnd();
        assertThat(shape(stream))
                .containsExactly(
                        "RUN_STARTED",
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
                        "RUN_FINISHED");
        Frame start = stream.await("TOOL_CALL_START");
        assertThat(start.text("/toolCallId")).isEqualTo("call_a");
        assertThat(start.text("/toolCallName")).isEqualTo("execute");
        assertThat(start.text("/parentMessageId")).isNotBlank();
        assertThat(joined(stream.frames("TOOL_CALL_ARGS"))).contains("printf");
        List<Frame> customs = stream.frames("CUSTOM");
        assertThat(customs.getFirst().text("/name")).isEqualTo("tool_started");
        assertThat(customs.getFirst().text("/value/tool_call_id")).isEqualTo("call_a");
        List<Frame> output = customs.subList(1, customs.size());
        assertThat(output).isNotEmpty().allSatisfy(f -> {
            assertThat(f.text("/name")).isEqualTo("tool_output");
            assertThat(f.text("/value/tool_call_id")).isEqualTo("call_a");
            assertThat(f.text("/value/stream")).isEqualTo("stdout");
            assertThat(f.id()).isNull();
        });
        assertThat(output.stream().map(f -> f.text("/value/text")).collect(Collectors.joining()))
                .isEqualTo("one\ntwo\n");
        Frame result = stream.await("TOOL_CALL_RESULT");
        assertThat(result.text("/toolCallId")).isEqualTo("call_a");
        assertThat(result.text("/role")).isEqualTo("tool");
        assertThat(result.text("/messageId")).isNotBlank();
        assertThat(result.text("/content")).contains("one\ntwo").contains("3");
        assertThat(result.text("/metadata/outcome")).isEqualTo("exited");
        assertThat(result.data().at("/metadata/exit_code").asInt()).isEqualTo(3);
        assertThat(result.data().at("/metadata/duration_ms").isIntegralNumber()).isTrue();
    }

    @Test
    void an_interrupt_says_all_that_a_person_needs() {
        String command = "echo \\u202Eabc\\u200B";
        model.enqueue(
                Answer.calls(new ToolCall("call_b", "execute", "{\"command\":\"" + command + "\"}")),
                Answer.text("fine"));
        String thread = thread();

        SseClient stream = chatUntilInterrupt(thread, "run it");

        Frame finished = stream.await("RUN_FINISHED");
        assertThat(finished.text("/outcome/type")).isEqualTo("interrupt");
        JsonNode interrupt = finished.data().at("/outcome/interrupts/0");
        assertThat(interrupt.path("id").asText()).isNotBlank();
        assertThat(interrupt.path("reason").asText()).isEqualTo("tool_call");
        assertThat(interrupt.path("message").asText()).contains("execute");
        assertThat(interrupt.path("toolCallId").asText()).isEqualTo("call_b");
        assertThat(interrupt.at("/responseSchema/type").asText()).isEqualTo("object");
        assertThat(interrupt.has("expiresAt")).isFalse();
        assertThat(interrupt.at("/metadata/tool").asText()).isEqualTo("execute");
        assertThat(interrupt.at("/metadata/args/command").asText()).isEqualTo("echo \u202Eabc\u200B");
        assertThat(interrupt.at("/metadata/digest").asText()).isNotBlank();
        assertThat(interrupt.at("/metadata/rendering").asText())
                .contains("abc")
                .doesNotContain("\u202E")
                .doesNotContain("\u200B");
        assertThat(interrupt.at("/metadata/allowed_decisions").valueStream().map(JsonNode::asText))
                .contains("approve", "edit", "reject", "respond");
        decide(thread, "reject");
        stream.awaitEnd();
    }

    @Test
    void a_change_to_a_file_is_shown_as_a_diff() {
        String thread = thread();
        shell(thread, "printf 'a\\nb\\n' > f");
        model.enqueue(
                Answer.call("edit_file", "{\"file_path\":\"/workspace/f\",\"old_string\":\"b\",\"new_string\":\"c\"}"),
                Answer.text("fine"));

        SseClient stream = chatUntilInterrupt(thread, "edit it");

        assertThat(stream.await("RUN_FINISHED").text("/outcome/interrupts/0/metadata/diff"))
                .contains("-b")
                .contains("+c")
                .contains("@@");
        decide(thread, "reject");
        stream.awaitEnd();
    }

    @Test
    void a_turn_over_an_interrupt_is_two_runs_of_which_the_second_names_the_first() {
        model.enqueue(Answer.call("execute", "{\"command\":\"true\"}"), Answer.text("ok"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "run it");

        decide(thread, "approve");

        List<Frame> runs = stream.awaitEnd().frames("RUN_STARTED");
        assertThat(runs).hasSize(2);
        assertThat(runs.getLast().text("/parentRunId"))
                .isEqualTo(runs.getFirst().text("/runId"));
        assertThat(runs.getLast().text("/runId")).isNotEqualTo(runs.getFirst().text("/runId"));
        assertThat(stream.frames().getLast().text("/runId"))
                .isEqualTo(runs.getLast().text("/runId"));
    }

    @Test
    void ids_stand_on_journaled_frames_only_and_grow() {
        model.enqueue(
                Answer.call("execute", "{\"command\":\"echo hi\"}").reasoning("hm hm"),
                Answer.text("It said hi to you.").delay(20));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "run it");
        decide(thread, "approve");

        stream.awaitEnd();

        List<Long> ids = stream.ids().stream().map(Long::valueOf).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(stream.frames()).allSatisfy(f -> {
            assertThat(f.event()).isEqualTo(f.text("/type"));
            if (NEVER_JOURNALED.contains(f.event()) || f.text("/name").equals("tool_output")) {
                assertThat(f.id()).as(f.toString()).isNull();
            }
            if (f.event().startsWith("RUN_")
                    || f.event().equals("TOOL_CALL_RESULT")
                    || f.event().equals("STATE_SNAPSHOT")
                    || f.text("/name").equals("tool_started")) {
                assertThat(f.id()).as(f.toString()).isNotNull();
            }
        });
        assertThat(ids.getLast()).isEqualTo(state(thread).path("last_event_id").asLong());
    }

    @Test
    void no_field_is_null() {
        model.enqueue(Answer.call("ls", "{\"path\":\"/workspace\"}"), Answer.text("empty"));

        SseClient stream = chat(thread(), "look").awaitEnd();

        assertThat(stream.frames())
                .allSatisfy(f -> assertThat(f.data().toString()).doesNotContain(":null"));
    }

    @Test
    void todos_title_usage_and_mode_come_as_a_snapshot() {
        model.enqueue(
                Answer.call("write_todos", "{\"todos\":[{\"content\":\"look\",\"status\":\"in_progress\"}]}"),
                Answer.text("planned"));
        String thread = thread();

        SseClient stream = chat(thread, "Plan the work").awaitEnd();

        Frame last = stream.frames("STATE_SNAPSHOT").getLast();
        assertThat(last.text("/snapshot/todos/0/content")).isEqualTo("look");
        assertThat(last.text("/snapshot/todos/0/status")).isEqualTo("in_progress");
        assertThat(last.text("/snapshot/title")).isEqualTo("Plan the work");
        assertThat(last.text("/snapshot/mode")).isEqualTo("build");
        assertThat(last.data().at("/snapshot/usage/input_tokens").asInt()).isEqualTo(22);
        assertThat(last.data().at("/snapshot/usage/output_tokens").asInt()).isEqualTo(14);
        JsonNode state = state(thread);
        assertThat(state.path("todos")).isEqualTo(last.data().at("/snapshot/todos"));
        assertThat(state.path("usage")).isEqualTo(last.data().at("/snapshot/usage"));
    }

    @Test
    void the_conversation_reads_as_ag_ui_messages() {
        model.enqueue(
                Answer.calls(new ToolCall("call_l", "ls", "{\"path\":\"/workspace\"}"))
                        .reasoning("I look."),
                Answer.text("Nothing there."));
        String thread = thread();

        chat(thread, "look").awaitEnd();

        List<JsonNode> messages = messages(thread);
        assertThat(messages.stream().map(m -> m.path("role").asText()))
                .containsExactly("user", "reasoning", "assistant", "tool", "assistant");
        assertThat(messages).allSatisfy(m -> assertThat(m.path("id").asText()).isNotBlank());
        assertThat(messages.get(0).path("content").asText()).isEqualTo("look");
        JsonNode call = messages.get(2).at("/toolCalls/0");
        assertThat(call.path("id").asText()).isEqualTo("call_l");
        assertThat(call.path("type").asText()).isEqualTo("function");
        assertThat(call.at("/function/name").asText()).isEqualTo("ls");
        assertThat(call.at("/function/arguments").asText()).isEqualTo("{\"path\":\"/workspace\"}");
        assertThat(messages.get(3).path("toolCallId").asText()).isEqualTo("call_l");
        assertThat(messages.get(3).path("content").asText()).contains("No files found");
        assertThat(messages.get(4).path("content").asText()).isEqualTo("Nothing there.");
    }

    @Test
    void ungated_calls_before_the_first_gated_one_run_at_once_and_the_rest_waits() {
        model.enqueue(
                Answer.calls(
                        new ToolCall("c1", "ls", "{\"path\":\"/workspace\"}"),
                        new ToolCall("c2", "execute", "{\"command\":\"touch made\"}"),
                        new ToolCall("c3", "ls", "{\"path\":\"/workspace\"}"),
                        new ToolCall("c4", "execute", "{\"command\":\"ls\"}")),
                Answer.text("done"));
        String thread = thread();
        SseClient stream = chatUntilInterrupt(thread, "go");
        assertThat(stream.frames("TOOL_CALL_RESULT").stream().map(f -> f.text("/toolCallId")))
                .containsExactly("c1");
        assertThat(stream.await("RUN_FINISHED")
                        .data()
                        .at("/outcome/interrupts")
                        .valueStream()
                        .map(i -> i.path("toolCallId").asText()))
                .containsExactly("c2", "c4");

        decide(thread, "approve");

        List<Frame> results = stream.awaitEnd().frames("TOOL_CALL_RESULT");
        assertThat(results.stream().map(f -> f.text("/toolCallId"))).containsExactly("c1", "c2", "c3", "c4");
        assertThat(results.get(2).text("/content")).contains("made");
        assertThat(results.get(3).text("/content")).contains("made");
    }

    @Test
    void thoughts_words_and_calls_in_any_order_arrive_whole() {
        model.enqueue(
                Answer.deltas(
                                "tool_calls",
                                "{\"reasoning_content\":\"first \"}",
                                "{\"content\":\"Well, \"}",
                                "{\"reasoning_content\":\"second\"}",
                                "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":"
                                        + "{\"name\":\"ls\",\"arguments\":\"{\\\"path\\\":\\\"/workspace\\\"}\"}}]}",
                                "{\"content\":\"let me look.\"}")
                        .delay(30),
                Answer.text("Empty."));
        String thread = thread();

        SseClient live = chat(thread, "look").awaitEnd();

        SseClient replay = events(thread, "?follow=false", null).awaitEnd();
        for (SseClient stream : List.of(live, replay)) {
            assertThat(joined(stream.frames("REASONING_MESSAGE_CONTENT"))).isEqualTo("first second");
            assertThat(joined(stream.frames("TEXT_MESSAGE_CONTENT"))).isEqualTo("Well, let me look.Empty.");
            assertThat(stream.frames("REASONING_START")).hasSameSizeAs(stream.frames("REASONING_END"));
            assertThat(stream.frames("TEXT_MESSAGE_START")).hasSameSizeAs(stream.frames("TEXT_MESSAGE_END"));
            assertThat(stream.frames("TOOL_CALL_START")).hasSameSizeAs(stream.frames("TOOL_CALL_END"));
        }
    }
}
