package dev.holdpoint.app;

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

import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Outcome;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnMetricsTest {

    @TempDir
    Path folder;

    @Test
    void a_turn_is_counted_with_all_that_it_did() {
        var looking = new Looking(folder, false);
        looking.tell(created(Map.of()), run("run_1"), said("hi"));
        looking.tell(answered(looking.now(), "", call("call_1", "execute"), call("call_2", "rm -rf /")));
        looking.tell(asks("int_1", call("call_1", "execute")));
        looking.tell(approved("int_1", "call_1"), runAfter("run_2", "run_1"), begun("call_1", "execute"));
        looking.tell(done("call_1", Outcome.EXITED, 0));
        looking.tell(refused("call_2", Outcome.ERROR));

        looking.tell(answered(looking.now(), "done"), new RunFinished("run_2"));

        looking.close();
        assertThat(count(looking, "holdpoint.turns", "outcome", "success")).isEqualTo(1);
        assertThat(count(looking, "holdpoint.turns", "outcome", "cancelled")).isZero();
        assertThat(count(looking, "holdpoint.tool.calls", "tool", "execute", "outcome", "exited"))
                .isEqualTo(1);
        assertThat(count(looking, "holdpoint.tool.calls", "tool", "unknown", "outcome", "error"))
                .isEqualTo(1);
        assertThat(count(looking, "holdpoint.approvals", "decision", "approve", "by", "user"))
                .isEqualTo(1);
        assertThat(count(looking, "holdpoint.tokens", "direction", "input")).isEqualTo(22);
        assertThat(count(looking, "holdpoint.tokens", "direction", "output")).isEqualTo(14);
        var wait = looking.registry.get("holdpoint.approval.wait").timer();
        assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(1);
        var firstToken =
                looking.registry.get("holdpoint.model.time.to.first.token").timer();
        assertThat(firstToken.count()).isEqualTo(2);
    }

    @Test
    void a_decision_after_a_restart_counts_its_whole_wait() {
        var before = new Looking(folder, false);
        before.tell(created(Map.of()), run("run_1"), said("hi"));
        before.tell(answered(before.now(), "", call("call_1", "execute")), asks("int_1", call("call_1", "execute")));
        var after = before.afterRestart(folder, false);

        after.tell(approved("int_1", "call_1"));

        after.close();
        var wait = after.registry.get("holdpoint.approval.wait").timer();
        assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(count(after, "holdpoint.tokens", "direction", "input")).isZero();
    }

    private static double count(Looking looking, String name, String... tags) {
        return looking.registry.get(name).tags(tags).counter().count();
    }
}
