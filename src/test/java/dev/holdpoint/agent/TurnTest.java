package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.StateChanged;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Todo;
import dev.holdpoint.llm.ChatMessage;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns without a person in between. */
class TurnTest {

    @TempDir
    Path folder;

    private Agents agents(ScriptedLlm llm) {
        return new Agents(folder, llm).withThread();
    }

    @Test
    void an_answer_without_calls_ends_the_turn() {
        try (var agents = agents(new ScriptedLlm(Turn.text("hello")))) {
            List<Seen> seen = agents.chat("hi");
            agents.await(Status.IDLE);

            assertThat(agents.only(AssistantMessageAdded.class).text()).isEqualTo("hello");
            Awaitility.await().until(() -> !seen.isEmpty() && AgentOrchestrator.endsTurn(seen.getLast()));
            assertThat(text(seen)).isEqualTo("hello");
            assertThat(agents.state().summary().title()).isEqualTo("hi");
        }
    }

    private static String text(List<Seen> seen) {
        StringBuilder text = new StringBuilder();
        for (Seen item : seen) {
            if (item instanceof Seen.Preview(Delta.Text(var id, var more))) {
                text.append(more);
            }
        }
        return text.toString();
    }

    @Test
    void an_ungated_tool_runs_at_once_and_its_result_goes_to_the_model() {
        var llm = new ScriptedLlm(
                Turn.calls(call("write_todos", "{\"todos\":[{\"content\":\"a\",\"status\":\"pending\"}]}")),
                Turn.text("planned"));
        try (var agents = agents(llm)) {
            agents.chat("plan");
            agents.await(Status.IDLE);

            assertThat(agents.only(ToolCallFinished.class).outcome()).isEqualTo(Outcome.OK);
            assertThat(agents.state().summary().todos()).containsExactly(new Todo("a", Todo.Status.PENDING));
            assertThat(agents.events(StateChanged.class).getLast().todos()).hasSize(1);
            assertThat(llm.requests().getLast().messages().getLast()).isInstanceOf(ChatMessage.ToolResult.class);
        }
    }

    @Test
    void read_only_neighbours_run_side_by_side_and_answer_in_order() {
        var llm = new ScriptedLlm(
                Turn.calls(call("ls", "{\"path\":\"/workspace\"}"), call("ls", "{\"path\":\"/workspace\"}")),
                Turn.text("done"));
        try (var agents = agents(llm)) {
            agents.chat("look");
            agents.await(Status.IDLE);

            List<String> asked = agents.events(AssistantMessageAdded.class).getFirst().calls().stream()
                    .map(c -> c.id())
                    .toList();
            assertThat(agents.events(ToolCallStarted.class))
                    .extracting(ToolCallStarted::toolCallId)
                    .isEqualTo(asked);
            assertThat(agents.events(ToolCallFinished.class))
                    .extracting(ToolCallFinished::toolCallId)
                    .isEqualTo(asked);
            int lastStart = agents.events()
                    .lastIndexOf(agents.events(ToolCallStarted.class).getLast());
            int firstEnd = agents.events()
                    .indexOf(agents.events(ToolCallFinished.class).getFirst());
            assertThat(lastStart).isLessThan(firstEnd);
        }
    }

    @Test
    void what_the_model_got_wrong_is_an_error_for_the_model_and_no_person_is_asked() {
        var llm = new ScriptedLlm(
                Turn.calls(
                        call("no_such_tool", "{}"),
                        call("execute", "{\"command\":"),
                        call("execute", "{\"cmd\":\"ls\"}"),
                        call("write_file", "[]")),
                Turn.text("sorry"));
        try (var agents = agents(llm)) {
            agents.chat("go");
            agents.await(Status.IDLE);

            assertThat(agents.events(ToolCallFinished.class))
                    .hasSize(4)
                    .allMatch(r -> r.outcome() == Outcome.ERROR && r.content().startsWith("Error"));
            assertThat(agents.events(Event.ApprovalRequested.class)).isEmpty();
            assertThat(agents.events(ToolCallStarted.class)).isEmpty();
        }
    }

    @Test
    void nothing_runs_from_an_answer_that_was_cut_and_the_model_may_mend_it() {
        var llm = new ScriptedLlm(
                Turn.calls(call("ls", "{\"path\":\"/workspace\"}")).finishing("length"), Turn.text("shorter"));
        try (var agents = agents(llm)) {
            agents.chat("go");
            agents.await(Status.IDLE);

            assertThat(agents.events(ToolCallStarted.class)).isEmpty();
            assertThat(agents.only(ToolCallFinished.class).content()).contains("cut at its length limit");
        }
    }

    @Test
    void answers_cut_again_and_again_end_the_turn() {
        Turn cut = Turn.calls(call("ls", "{\"path\":\"/workspace\"}")).finishing("length");
        try (var agents = agents(new ScriptedLlm(cut, cut, cut))) {
            agents.chat("go");
            agents.await(Status.FAILED);

            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.MODEL_STREAM_INCOMPLETE);
            assertThat(agents.events(ToolCallFinished.class)).hasSize(3);
        }
    }

    @Test
    void what_was_shown_of_a_broken_answer_is_kept() {
        var llm = new ScriptedLlm(
                Turn.text("half an ans").failing(new Failure(Failure.Code.MODEL_STREAM_INCOMPLETE, "It broke off.")));
        try (var agents = agents(llm)) {
            agents.chat("go");
            agents.await(Status.FAILED);

            AssistantMessageAdded kept = agents.only(AssistantMessageAdded.class);
            assertThat(kept.text()).isEqualTo("half an ans");
            assertThat(kept.complete()).isFalse();
            assertThat(agents.only(RunFailed.class).failure().message()).isEqualTo("It broke off.");
        }
    }

    @Test
    void a_failed_thread_can_be_talked_to_again() {
        var llm = new ScriptedLlm(Turn.fails(Failure.Code.MODEL_UNAVAILABLE, "down"), Turn.text("back"));
        try (var agents = agents(llm)) {
            agents.chat("go");
            agents.await(Status.FAILED);
            agents.chat("again");
            agents.await(Status.IDLE);

            assertThat(agents.only(AssistantMessageAdded.class).text()).isEqualTo("back");
        }
    }

    @Test
    void a_turn_makes_no_more_steps_than_it_may() {
        var llm = new ScriptedLlm(
                Turn.calls(call("ls", "{\"path\":\"/workspace\"}")), Turn.calls(call("ls", "{\"path\":\"/shared\"}")));
        var d = AgentSettings.DEFAULTS;
        var settings = new AgentSettings(2, d.turnTimeout(), 5, null, "", 1000, 10, d.requestTtl(), null, 1_000_000);
        try (var agents = new Agents(folder, llm, settings).withThread()) {
            agents.chat("go");
            agents.await(Status.FAILED);

            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.STEP_LIMIT);
        }
    }

    @Test
    void the_same_call_again_and_again_is_refused_and_then_ends_the_turn() {
        Turn same = Turn.calls(call("ls", "{\"path\":\"/workspace\"}"));
        var llm = new ScriptedLlm(IntStream.range(0, 4).mapToObj(i -> same).toArray(Turn[]::new));
        var d = AgentSettings.DEFAULTS;
        var settings = new AgentSettings(100, d.turnTimeout(), 2, null, "", 1000, 10, d.requestTtl(), null, 1_000_000);
        try (var agents = new Agents(folder, llm, settings).withThread()) {
            agents.chat("go");
            agents.await(Status.FAILED);

            assertThat(agents.events(ToolCallStarted.class)).hasSize(1);
            assertThat(agents.events(ToolCallFinished.class))
                    .extracting(ToolCallFinished::outcome)
                    .containsExactly(Outcome.OK, Outcome.ERROR, Outcome.ERROR, Outcome.CANCELLED);
            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.STEP_LIMIT);
        }
    }

    @Test
    void a_turn_works_no_longer_than_it_may() {
        var d = AgentSettings.DEFAULTS;
        var settings =
                new AgentSettings(100, Duration.ofMillis(300), 5, null, "", 1000, 10, d.requestTtl(), null, 1_000_000);
        try (var agents = new Agents(folder, new ScriptedLlm(Turn.hangs("thinking")), settings).withThread()) {
            agents.chat("go");
            agents.await(Status.FAILED);

            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.BUDGET_EXHAUSTED);
            assertThat(d.turnTimeout()).isGreaterThan(settings.turnTimeout());
        }
    }

    @Test
    void cancelling_ends_a_turn_whose_model_hangs_and_keeps_what_it_said() {
        try (var agents = agents(new ScriptedLlm(Turn.hangs("I was about to")))) {
            List<Seen> seen = agents.chat("go");
            Awaitility.await().until(() -> text(seen).equals("I was about to"));
            agents.orchestrator.cancel(agents.thread);
            agents.await(Status.IDLE);

            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.CANCELLED);
            assertThat(agents.only(AssistantMessageAdded.class).text()).isEqualTo("I was about to");
            assertThat(agents.events().getLast()).isInstanceOf(RunFailed.class);
        }
    }

    @Test
    void cancelling_nothing_is_refused() {
        try (var agents = agents(new ScriptedLlm())) {
            assertThatThrownBy(() -> agents.orchestrator.cancel(agents.thread))
                    .isInstanceOf(Refused.class)
                    .extracting(e -> ((Refused) e).code())
                    .isEqualTo(Refused.Code.NOTHING_RUNNING);
        }
    }

    @Test
    void a_second_message_is_refused_while_a_turn_runs() {
        var gate = new CountDownLatch(1);
        try (var agents = agents(new ScriptedLlm(Turn.text("slow").until(gate)))) {
            agents.chat("one");
            assertThatThrownBy(() -> agents.chat("two"))
                    .isInstanceOf(Refused.class)
                    .extracting(e -> ((Refused) e).code())
                    .isEqualTo(Refused.Code.RUN_ACTIVE);
            gate.countDown();
            agents.await(Status.IDLE);
            assertThat(agents.events(Event.UserMessageAdded.class)).hasSize(1);
        }
    }

    @Test
    void a_follower_in_mid_message_gets_the_text_so_far_and_then_the_rest_once() {
        var gate = new CountDownLatch(1);
        try (var agents = agents(new ScriptedLlm(Turn.text("the whole text").until(gate)))) {
            List<Seen> first = agents.chat("go");
            Awaitility.await().until(() -> text(first).equals("the whole text"));
            List<Seen> second =
                    Agents.collect(agents.orchestrator.follow(agents.thread, 0, AgentOrchestrator::endsTurn));
            Awaitility.await().until(() -> text(second).equals("the whole text"));
            gate.countDown();
            agents.await(Status.IDLE);

            Awaitility.await().until(() -> AgentOrchestrator.endsTurn(second.getLast()));
            assertThat(second.stream()
                            .filter(Seen.Fact.class::isInstance)
                            .map(s -> ((Seen.Fact) s).recorded().seq()))
                    .doesNotHaveDuplicates()
                    .isSorted()
                    .hasSize(agents.events().size());
        }
    }

    @Test
    void a_quiet_stream_says_that_it_is_alive() {
        try (var agents = agents(new ScriptedLlm())) {
            List<Seen> seen = Agents.collect(agents.orchestrator.follow(agents.thread, 1, s -> false));
            Awaitility.await().atMost(Agents.WAIT).until(() -> seen.contains(new Seen.Idle()));
            agents.orchestrator.delete(agents.thread);
            assertThatThrownBy(agents::state).isInstanceOf(Refused.class);
        }
    }

    @Test
    void deleting_a_thread_ends_its_turn_and_leaves_nothing() {
        try (var agents = agents(new ScriptedLlm(Turn.hangs("…")))) {
            agents.chat("go");
            agents.orchestrator.delete(agents.thread);

            assertThat(agents.journal.lastSeq(agents.thread)).isEmpty();
            assertThat(agents.sandboxes.exists(agents.thread)).isFalse();
            Awaitility.await().until(() -> agents.orchestrator.activeTurns() == 0);
            assertThat(agents.journal.lastSeq(agents.thread)).isEmpty();
        }
    }
}
