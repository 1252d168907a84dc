package dev.holdpoint.app;

import static dev.holdpoint.app.Looking.end;
import static dev.holdpoint.app.Looking.second;
import static dev.holdpoint.app.Looking.start;
import static dev.holdpoint.app.Looking.text;
import static dev.holdpoint.app.Told.answered;
import static dev.holdpoint.app.Told.approved;
import static dev.holdpoint.app.Told.asks;
import static dev.holdpoint.app.Told.begun;
import static dev.holdpoint.app.Told.call;
import static dev.holdpoint.app.Told.created;
import static dev.holdpoint.app.Told.done;
import static dev.holdpoint.app.Told.run;
import static dev.holdpoint.app.Told.runAfter;
import static dev.holdpoint.app.Told.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnSpansTest {

    private static final String ROOT = "invoke_agent holdpoint";

    @TempDir
    Path folder;

    /** 0 s created, 1 s run, 2 s answer, 3 s asks, 4 s decided, 5 s tool begins, 6 s tool done, 7 s answer and end. */
    private static void gatedTurn(Looking looking) {
        looking.tell(created(Map.of("user_id", "ada")));
        looking.tell(run("run_1"), said("private question"));
        looking.tell(answered(looking.now().minusMillis(500), "", call("call_1", "execute")));
        looking.tell(asks("int_1", call("call_1", "execute")));
        looking.tell(approved("int_1", "call_1"), runAfter("run_2", "run_1"));
        looking.tell(begun("call_1", "execute"));
        looking.tell(done("call_1", Outcome.EXITED, 3));
        looking.tell(answered(looking.now(), "private answer"), new RunFinished("run_2"));
    }

    @Test
    void a_turn_is_one_trace_over_its_interrupts() {
        var looking = new Looking(folder, false);

        gatedTurn(looking);

        SpanData root = looking.span(ROOT);
        List<SpanData> spans = looking.spans();
        assertThat(spans)
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder(
                        ROOT, "chat asked-1", "approval_wait execute", "execute_tool execute", "chat asked-1");
        assertThat(spans).extracting(SpanData::getTraceId).containsOnly(root.getTraceId());
        assertThat(spans)
                .filteredOn(s -> !s.getName().equals(ROOT))
                .extracting(SpanData::getParentSpanId)
                .containsOnly(root.getSpanId());
        assertThat(root.getParentSpanContext().isValid()).isFalse();
        assertThat(start(root)).isEqualTo(second(1));
        assertThat(end(root)).isEqualTo(second(7));
        assertThat(root.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(text(root, "holdpoint.outcome")).isEqualTo("success");
    }

    @Test
    void a_model_call_follows_the_conventions() {
        var looking = new Looking(folder, false);

        gatedTurn(looking);

        SpanData chat = looking.span("chat asked-1");
        assertThat(chat.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(start(chat)).isEqualTo(second(2).minusMillis(500));
        assertThat(end(chat)).isEqualTo(second(2));
        assertThat(text(chat, "gen_ai.operation.name")).isEqualTo("chat");
        assertThat(text(chat, "gen_ai.provider.name")).isEqualTo("openai");
        assertThat(text(chat, "gen_ai.request.model")).isEqualTo("asked-1");
        assertThat(text(chat, "gen_ai.response.model")).isEqualTo("answered-1");
        assertThat(chat.getAttributes().get(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons")))
                .containsExactly("tool_calls");
        assertThat(chat.getAttributes().get(AttributeKey.longKey("gen_ai.usage.input_tokens")))
                .isEqualTo(11);
        assertThat(chat.getAttributes().get(AttributeKey.longKey("gen_ai.usage.output_tokens")))
                .isEqualTo(7);
        assertThat(chat.getAttributes().get(AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk")))
                .isEqualTo(0.25);
        assertThat(text(chat, "langfuse.observation.completion_start_time")).isEqualTo("2026-01-02T03:04:06.750Z");
    }

    @Test
    void a_tool_call_and_its_wait_are_apart() {
        var looking = new Looking(folder, false);

        gatedTurn(looking);

        SpanData tool = looking.span("execute_tool execute");
        assertThat(start(tool)).isEqualTo(second(5));
        assertThat(Duration.between(start(tool), end(tool))).isEqualTo(Duration.ofMillis(400));
        assertThat(text(tool, "gen_ai.tool.name")).isEqualTo("execute");
        assertThat(text(tool, "gen_ai.tool.call.id")).isEqualTo("call_1");
        assertThat(text(tool, "holdpoint.outcome")).isEqualTo("exited");
        assertThat(tool.getAttributes().get(AttributeKey.longKey("process.exit.code")))
                .isEqualTo(3);
        SpanData wait = looking.span("approval_wait execute");
        assertThat(start(wait)).isEqualTo(second(3));
        assertThat(end(wait)).isEqualTo(second(4));
        assertThat(text(wait, "holdpoint.approval.decision")).isEqualTo("approve");
        assertThat(text(wait, "holdpoint.approval.by")).isEqualTo("user");
    }

    @Test
    void langfuse_finds_session_and_user_on_every_span() {
        var looking = new Looking(folder, false);

        gatedTurn(looking);

        assertThat(looking.spans()).hasSize(5).allSatisfy(span -> {
            assertThat(text(span, "session.id")).isEqualTo(looking.thread.value());
            assertThat(text(span, "langfuse.session.id")).isEqualTo(looking.thread.value());
            assertThat(text(span, "user.id")).isEqualTo("ada");
            assertThat(text(span, "langfuse.user.id")).isEqualTo("ada");
            assertThat(text(span, "langfuse.trace.name")).isEqualTo(ROOT);
        });
    }

    @Test
    void a_user_id_that_is_no_text_is_none() {
        var looking = new Looking(folder, false);
        looking.tell(created(Map.of("user_id", 7)));

        looking.tell(run("run_1"), said("hi"), new RunFinished("run_1"));

        assertThat(text(looking.span(ROOT), "user.id")).isNull();
    }

    @Test
    void nothing_that_was_said_shows_unless_asked_for() {
        var looking = new Looking(folder, false);

        gatedTurn(looking);

        assertThat(looking.spans().toString())
                .contains("gen_ai.usage.input_tokens", "call_1")
                .doesNotContain("private");
    }

    @Test
    void what_was_said_shows_when_asked_for() {
        var looking = new Looking(folder, true);

        gatedTurn(looking);

        SpanData root = looking.span(ROOT);
        assertThat(text(root, "gen_ai.input.messages"))
                .isEqualTo("[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"private question\"}]}]");
        assertThat(text(root, "gen_ai.output.messages")).contains("\"content\":\"private answer\"");
        SpanData tool = looking.span("execute_tool execute");
        assertThat(text(tool, "gen_ai.tool.call.arguments")).isEqualTo(Told.SECRET_ARGS);
        assertThat(text(tool, "gen_ai.tool.call.result")).isEqualTo("private output");
        assertThat(text(looking.span("chat asked-1"), "gen_ai.output.messages")).contains("\"tool_call\"", "call_1");
    }

    @Test
    void what_was_said_is_bounded() {
        var looking = new Looking(folder, true);

        looking.tell(created(Map.of()), run("run_1"), said("x".repeat(1_000_000)), new RunFinished("run_1"));

        assertThat(text(looking.span(ROOT), "gen_ai.input.messages"))
                .hasSizeLessThan(SpanContent.MAX_CHARS + 200)
                .contains("992000 more characters");
    }
}
