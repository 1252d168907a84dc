package dev.holdpoint.app;

import static dev.holdpoint.app.Looking.end;
import static dev.holdpoint.app.Looking.start;
import static dev.holdpoint.app.Looking.text;
import static dev.holdpoint.app.Told.answered;
import static dev.holdpoint.app.Told.approved;
import static dev.holdpoint.app.Told.asks;
import static dev.holdpoint.app.Told.begun;
import static dev.holdpoint.app.Told.call;
import static dev.holdpoint.app.Told.created;
import static dev.holdpoint.app.Told.done;
import static dev.holdpoint.app.Told.refused;
import static dev.holdpoint.app.Told.run;
import static dev.holdpoint.app.Told.runAfter;
import static dev.holdpoint.app.Told.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OddTurnSpansTest {

    private static final String ROOT = "invoke_agent holdpoint";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"MODEL_UNAVAILABLE", "CANCELLED"})
    void a_failed_turn_is_an_error_and_a_cancelled_one_is_not(String code) {
        var looking = new Looking(folder, false);
        var failure = new Failure(Failure.Code.valueOf(code), "private words");

        looking.tell(created(Map.of()), run("run_1"), said("hi"), new RunFailed("run_1", failure));

        SpanData root = looking.span(ROOT);
        boolean cancelled = code.equals("CANCELLED");
        assertThat(root.getStatus().getStatusCode()).isEqualTo(cancelled ? StatusCode.UNSET : StatusCode.ERROR);
        assertThat(text(root, "error.type")).isEqualTo(cancelled ? null : "model_unavailable");
        assertThat(root.toString()).doesNotContain("private");
    }

    @Test
    void a_tool_error_is_an_error_of_its_span_only() {
        var looking = new Looking(folder, false);
        looking.tell(created(Map.of()), run("run_1"), said("hi"));
        looking.tell(answered(looking.now(), "", call("call_1", "nonsense")));

        looking.tell(refused("call_1", Outcome.ERROR), new RunFinished("run_1"));

        SpanData tool = looking.span("execute_tool nonsense");
        assertThat(tool.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(start(tool)).isEqualTo(end(tool));
        assertThat(looking.span(ROOT).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void a_turn_that_outlives_a_restart_goes_on_in_a_fresh_trace() {
        var before = new Looking(folder, false);
        before.tell(created(Map.of()), new ThreadUpdated(null, null, Map.of("user_id", "ada")));
        before.tell(run("run_1"), said("hi"));
        before.tell(answered(before.now(), "", call("call_1", "execute")), asks("int_1", call("call_1", "execute")));
        Instant asked = before.now().minusSeconds(1);
        var after = before.afterRestart(folder, false);

        after.tell(approved("int_1", "call_1"), runAfter("run_2", "run_1"), begun("call_1", "execute"));
        after.tell(done("call_1", Outcome.EXITED, 0), new RunFinished("run_2"));

        assertThat(text(before.span(ROOT), "holdpoint.outcome")).isEqualTo("unfinished");
        SpanData root = after.span(ROOT);
        assertThat(root.getTraceId()).isNotEqualTo(before.span(ROOT).getTraceId());
        assertThat(root.getAttributes().get(AttributeKey.booleanKey("holdpoint.turn.continued")))
                .isTrue();
        assertThat(text(root, "user.id")).isEqualTo("ada");
        assertThat(start(after.span("approval_wait execute"))).isEqualTo(asked);
        assertThat(after.span("execute_tool execute").getParentSpanId()).isEqualTo(root.getSpanId());
    }

    @Test
    void the_quietest_thread_makes_room() {
        var looking = new Looking(folder, false, 1);
        ThreadId other = ThreadId.create();
        looking.tell(created(Map.of()), run("run_1"), said("hi"));

        looking.tell(other, created(Map.of()), run("run_2"), said("hi"));
        looking.tell(new RunFinished("run_1"));

        assertThat(looking.spans())
                .extracting(s -> text(s, "session.id") + " " + text(s, "holdpoint.outcome"))
                .containsExactlyInAnyOrder(
                        looking.thread + " unfinished", other + " unfinished", looking.thread + " success");
    }

    @Test
    void a_thread_that_is_deleted_and_made_anew_begins_anew() {
        var looking = new Looking(folder, false);
        looking.tell(created(Map.of("user_id", "ada")), run("run_1"), said("hi"));
        looking.journal.delete(looking.thread);

        looking.tell(created(Map.of()));
        looking.tell(run("run_2"), said("hi"), new RunFinished("run_2"));

        assertThat(looking.spans())
                .extracting(s -> text(s, "user.id") + " " + text(s, "holdpoint.outcome"))
                .containsExactlyInAnyOrder("ada unfinished", "null success");
    }
}
