package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing sensitive happens before a person has said yes, and what they said yes to is what happens. */
class ApprovalTest {

    @TempDir
    Path folder;

    private Agents waiting(ToolCall... calls) {
        var agents = new Agents(folder, new ScriptedLlm(Turn.calls(calls), Turn.text("done"))).withThread();
        agents.chat("go");
        agents.await(Status.INTERRUPTED);
        return agents;
    }

    private static ToolCall run(String command) {
        return call("execute", "{\"command\":\"" + command + "\"}");
    }

    private static void decide(Agents agents, int place, Decision decision) {
        Interrupt interrupt = agents.only(ApprovalRequested.class).interrupts().get(place);
        agents.orchestrator.resume(agents.thread, List.of(on(interrupt, decision)), Ids.run(), null);
    }

    private static DecisionRequest on(Interrupt interrupt, Decision decision) {
        return new DecisionRequest(interrupt.id(), null, null, decision, interrupt.digest());
    }

    private static Refused.Code refusal(Runnable action) {
        try {
            action.run();
        } catch (Refused e) {
            return e.code();
        }
        throw new AssertionError("it was not refused");
    }

    @Test
    void nothing_runs_before_the_decision_and_no_thread_waits_for_it() {
        try (var agents = waiting(run("rm -rf /"))) {
            assertThat(agents.sandbox().requests()).isEmpty();
            assertThat(agents.events(ToolCallStarted.class)).isEmpty();
            assertThat(agents.orchestrator.activeTurns()).isZero();
            assertThat(agents.state().pending()).hasSize(1);
        }
    }

    @Test
    void an_approved_call_runs_once_exactly_as_shown() {
        try (var agents = waiting(run("echo hi"))) {
            agents.sandbox().prints("hi\n", 0);
            decide(agents, 0, Decision.approve());
            agents.await(Status.IDLE);

            assertThat(agents.sandbox().requests())
                    .extracting(ExecRequest::command)
                    .containsExactly("echo hi");
            ToolCallFinished result = agents.only(ToolCallFinished.class);
            assertThat(result.outcome()).isEqualTo(Outcome.EXITED);
            assertThat(result.exitCode()).isZero();
            assertThat(agents.only(ToolCallStarted.class).digest())
                    .isEqualTo(agents.only(ApprovalRequested.class)
                            .interrupts()
                            .getFirst()
                            .digest());
            List<RunStarted> runs = agents.events(RunStarted.class);
            assertThat(runs.getLast().parentRunId()).isEqualTo(runs.getFirst().runId());
        }
    }

    @Test
    void an_edited_call_runs_with_the_persons_arguments() {
        try (var agents = waiting(run("rm -rf /"))) {
            agents.sandbox().prints("ok", 0);
            decide(agents, 0, new Decision(Decision.Type.EDIT, "{\"command\":\"ls\"}", null));
            agents.await(Status.IDLE);

            assertThat(agents.sandbox().requests())
                    .extracting(ExecRequest::command)
                    .containsExactly("ls");
        }
    }

    @Test
    void a_rejected_call_never_runs_and_the_model_hears_why() {
        try (var agents = waiting(run("rm -rf /"))) {
            decide(agents, 0, Decision.reject("far too much"));
            agents.await(Status.IDLE);

            assertThat(agents.sandbox().requests()).isEmpty();
            assertThat(agents.only(ToolCallFinished.class).outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(agents.only(ToolCallFinished.class).content()).contains("far too much");
        }
    }

    @Test
    void a_response_answers_in_the_tools_place() {
        try (var agents = waiting(run("hostname"))) {
            decide(agents, 0, new Decision(Decision.Type.RESPOND, null, "it is called alpha"));
            agents.await(Status.IDLE);

            assertThat(agents.sandbox().requests()).isEmpty();
            assertThat(agents.only(ToolCallFinished.class).content()).isEqualTo("it is called alpha");
        }
    }

    @Test
    void calls_are_asked_for_together_and_go_on_when_all_are_decided() {
        try (var agents = waiting(
                call("ls", "{\"path\":\"/workspace\"}"),
                run("one"),
                call("ls", "{\"path\":\"/shared\"}"),
                run("two"))) {
            assertThat(agents.events(ToolCallFinished.class)).hasSize(1);
            assertThat(agents.state().pending()).hasSize(2);
            decide(agents, 1, Decision.reject(null));
            assertThat(agents.state().status()).isEqualTo(Status.INTERRUPTED);
            assertThat(agents.state().pending()).hasSize(1);

            agents.sandbox().prints("1", 0);
            decide(agents, 0, Decision.approve());
            agents.await(Status.IDLE);

            assertThat(agents.events(ToolCallFinished.class))
                    .extracting(ToolCallFinished::outcome)
                    .containsExactly(Outcome.OK, Outcome.EXITED, Outcome.OK, Outcome.REJECTED);
        }
    }

    @Test
    void one_action_decides_everything() {
        try (var agents = waiting(run("one"), run("two"))) {
            agents.orchestrator.resumeAll(agents.thread, Decision.reject(null), null);
            agents.await(Status.IDLE);

            assertThat(agents.events(ApprovalDecided.class)).hasSize(2);
            assertThat(refusal(() -> agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null)))
                    .isEqualTo(Refused.Code.NOTHING_PENDING);
        }
    }

    @Test
    void the_first_decision_counts() {
        try (var agents = waiting(run("one"))) {
            decide(agents, 0, Decision.reject("no"));
            decide(agents, 0, Decision.reject("no"));
            assertThat(refusal(() -> decide(agents, 0, Decision.approve()))).isEqualTo(Refused.Code.ALREADY_DECIDED);
            agents.await(Status.IDLE);
            decide(agents, 0, Decision.reject("no"));

            assertThat(agents.events(ApprovalDecided.class)).hasSize(1);
        }
    }

    @Test
    void fifty_approvals_at_once_have_one_effect() throws Exception {
        try (var agents = waiting(run("one"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            agents.sandbox().prints("1", 0);
            List<Callable<Boolean>> approvals = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                approvals.add(() -> {
                    decide(agents, 0, Decision.approve());
                    return true;
                });
            }
            for (Future<Boolean> approval : threads.invokeAll(approvals)) {
                assertThat(approval.get()).isTrue();
            }
            agents.await(Status.IDLE);

            assertThat(agents.sandbox().requests()).hasSize(1);
            assertThat(agents.events(ApprovalDecided.class)).hasSize(1);
        }
    }

    @Test
    void a_wrong_decision_changes_nothing() {
        try (var agents = waiting(run("one"), run("two"))) {
            List<Interrupt> pending = agents.state().pending();
            Decision approve = Decision.approve();
            var good = on(pending.getFirst(), approve);
            var unknown = new DecisionRequest("int_none", null, null, approve, null);
            var stale = new DecisionRequest(pending.getFirst().id(), null, null, approve, "sha256:0");
            var invalid = on(pending.getFirst(), new Decision(Decision.Type.EDIT, "{\"cmd\":1}", null));
            var positional = new DecisionRequest(null, null, null, approve, null);
            var otherTool = new DecisionRequest(
                    pending.getFirst().id(), null, "ls", new Decision(Decision.Type.EDIT, "{}", null), null);

            assertThat(refusal(() -> resume(agents, good, unknown))).isEqualTo(Refused.Code.NOT_FOUND);
            assertThat(refusal(() -> resume(agents, stale))).isEqualTo(Refused.Code.DIGEST_MISMATCH);
            assertThat(refusal(() -> resume(agents, invalid))).isEqualTo(Refused.Code.INVALID_ARGS);
            assertThat(refusal(() -> resume(agents, positional))).isEqualTo(Refused.Code.INVALID_REQUEST);
            assertThat(refusal(() -> resume(agents, otherTool))).isEqualTo(Refused.Code.INVALID_ARGS);
            assertThat(agents.state().pending()).isEqualTo(pending);
            assertThat(agents.events(ApprovalDecided.class)).isEmpty();
        }
    }

    private static void resume(Agents agents, DecisionRequest... requests) {
        agents.orchestrator.resume(agents.thread, List.of(requests), Ids.run(), null);
    }

    @Test
    void decisions_without_ids_go_by_their_place() {
        try (var agents = waiting(run("one"), run("two"))) {
            agents.sandbox().prints("1", 0);
            resume(
                    agents,
                    new DecisionRequest(null, null, null, Decision.approve(), null),
                    new DecisionRequest(null, null, null, Decision.reject(null), null));
            agents.await(Status.IDLE);

            assertThat(agents.events(ToolCallFinished.class))
                    .extracting(ToolCallFinished::outcome)
                    .containsExactly(Outcome.EXITED, Outcome.REJECTED);
        }
    }

    @Test
    void cancelling_a_waiting_turn_is_a_run_of_its_own() {
        try (var agents = waiting(run("one"))) {
            agents.orchestrator.cancel(agents.thread);
            agents.await(Status.IDLE);

            assertThat(agents.only(ToolCallFinished.class).outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(agents.only(RunFailed.class).runId())
                    .isEqualTo(agents.events(RunStarted.class).getLast().runId());
            assertThat(agents.events(RunStarted.class)).hasSize(2);
        }
    }

    @Test
    void cancelling_kills_a_running_command() {
        try (var agents = waiting(run("sleep 100"))) {
            agents.sandbox().next((request, output) -> {
                Thread.sleep(Duration.ofMinutes(1));
                throw new AssertionError("it was not interrupted");
            });
            decide(agents, 0, Decision.approve());
            Awaitility.await().until(() -> !agents.sandbox().requests().isEmpty());
            agents.orchestrator.cancel(agents.thread);
            agents.await(Status.IDLE);

            assertThat(agents.only(ToolCallFinished.class).outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(agents.only(RunFailed.class).failure().code()).isEqualTo(Failure.Code.CANCELLED);
        }
    }

    @Test
    void a_cancelled_command_keeps_the_end_of_what_it_printed() throws Exception {
        var printed = new CountDownLatch(1);
        try (var agents = waiting(run("make"))) {
            agents.sandbox().next((request, output) -> {
                output.accept(Delta.Stream.STDOUT, ("first" + "x".repeat(OutputTail.LAST)).getBytes(UTF_8));
                output.accept(Delta.Stream.INFO, "not of the command".getBytes(UTF_8));
                output.accept(Delta.Stream.STDERR, "last".getBytes(UTF_8));
                printed.countDown();
                Thread.sleep(Duration.ofMinutes(1));
                throw new AssertionError("it was not interrupted");
            });
            decide(agents, 0, Decision.approve());
            printed.await();
            agents.orchestrator.cancel(agents.thread);
            agents.await(Status.IDLE);

            assertThat(agents.only(ToolCallFinished.class).content())
                    .startsWith(ToolCalls.CUT_SHORT + " The last that was seen of its output:\n")
                    .endsWith("\n" + "x".repeat(OutputTail.LAST - 4) + "last");
        }
    }

    @Test
    void a_restarted_service_takes_a_decision_that_another_asked_for() {
        try (var before = waiting(run("one"))) {
            before.orchestrator.close();
            try (var after = new Agents(
                    Replica.sqlite(folder.resolve("journal.db")),
                    new ScriptedLlm(Turn.text("done")),
                    AgentSettings.DEFAULTS)) {
                after.sandboxes.fake(before.thread).prints("1", 0);
                after.orchestrator.resumeAll(before.thread, Decision.approve(), null);
                before.await(Status.IDLE);

                assertThat(after.sandboxes.fake(before.thread).requests()).hasSize(1);
            }
        }
    }

    @Test
    void an_interrupt_that_nobody_decides_is_rejected_by_the_system() {
        var d = AgentSettings.DEFAULTS;
        var settings = new AgentSettings(
                100, d.turnTimeout(), 5, Duration.ofMillis(200), "", 1000, 10, d.requestTtl(), null, 1_000_000);
        var llm = new ScriptedLlm(Turn.calls(run("one")), Turn.text("done"));
        try (var agents = new Agents(folder, llm, settings).withThread()) {
            agents.chat("go");
            agents.await(Status.IDLE);

            assertThat(agents.only(ApprovalDecided.class).by()).isEqualTo("system");
            ToolCallFinished result = agents.only(ToolCallFinished.class);
            assertThat(result.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(result.content()).startsWith("Nobody decided").doesNotContain("person");
        }
    }

    @Test
    void in_plan_mode_nothing_that_changes_is_even_asked_for() {
        var llm = new ScriptedLlm(Turn.calls(run("one")), Turn.text("a plan"));
        try (var agents = new Agents(folder, llm).withThread()) {
            Agents.collect(agents.orchestrator.chat(
                    agents.thread, UserInput.of("plan", Mode.PLAN), null, AgentOrchestrator::endsTurn));
            agents.await(Status.IDLE);

            assertThat(agents.only(ToolCallFinished.class).content()).contains("plan mode");
            assertThat(llm.requests().getFirst().tools())
                    .noneMatch(t -> t.name().equals("execute"));
        }
    }

    @Test
    void decisions_on_nothing_are_refused() {
        try (var agents = new Agents(folder, new ScriptedLlm()).withThread()) {
            assertThatThrownBy(() -> agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null))
                    .isInstanceOf(Refused.class)
                    .extracting(e -> ((Refused) e).code())
                    .isEqualTo(Refused.Code.NOTHING_PENDING);
        }
    }
}
