package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.FakeSandbox;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When it is kept what the workspace was before a turn. */
class BaselineTest {

    private final ScriptedLlm llm = new ScriptedLlm();

    @TempDir
    Path folder;

    private Agents agents;

    @BeforeEach
    void open() {
        agents = new Agents(folder, llm).withThread();
    }

    @AfterEach
    void close() {
        agents.close();
    }

    private static ToolCall write(String name) {
        return call("write_file", "{\"file_path\":\"/workspace/" + name + "\",\"content\":\"x\"}");
    }

    private String firstRun() {
        return agents.events(RunStarted.class).getFirst().runId();
    }

    private void approve() {
        agents.await(Status.INTERRUPTED);
        agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null);
    }

    @Test
    void a_turn_that_only_reads_costs_nothing() {
        llm.enqueue(Turn.calls(call("ls", "{\"path\":\"/workspace\"}")), Turn.text("nothing there"));

        agents.chat("look");
        agents.await(Status.IDLE);

        assertThat(agents.only(ToolCallFinished.class).outcome()).isEqualTo(Outcome.OK);
        assertThat(agents.sandbox().files().kept()).isEmpty();
    }

    @Test
    void it_is_kept_once_before_the_first_call_that_may_change_something() {
        AtomicInteger keptBefore = new AtomicInteger();
        FakeSandbox sandbox = agents.sandbox();
        sandbox.next((request, output) -> {
            keptBefore.set(sandbox.files().kept().size());
            return FakeSandbox.exited(0);
        });
        llm.enqueue(Turn.calls(call("execute", "{\"command\":\"make\"}"), write("a")), Turn.calls(write("b")));
        llm.enqueue(Turn.text("done"));

        agents.chat("go");
        approve();
        approve();
        agents.await(Status.IDLE);

        assertThat(agents.events(ToolCallStarted.class)).hasSize(3);
        assertThat(keptBefore).hasValue(1);
        assertThat(sandbox.files().kept()).containsExactly(firstRun());
    }

    @Test
    void the_next_turn_has_its_own() {
        llm.enqueue(Turn.calls(write("a")), Turn.text("done"), Turn.calls(write("b")), Turn.text("done"));
        agents.chat("go");
        approve();
        agents.await(Status.IDLE);

        agents.chat("again");
        approve();
        agents.await(Status.IDLE);

        assertThat(agents.sandbox().files().kept())
                .containsExactly(
                        firstRun(), agents.events(RunStarted.class).get(2).runId());
        assertThat(agents.state().turnId())
                .contains(agents.sandbox().files().kept().getLast());
    }

    @Test
    void a_cancel_does_not_wait_for_it_and_the_call_never_began() {
        agents.sandbox().files().stall();
        llm.enqueue(Turn.calls(write("a")));
        agents.chat("go");
        approve();
        Awaitility.await()
                .atMost(Agents.WAIT)
                .until(() -> !agents.sandbox().files().kept().isEmpty());

        agents.orchestrator.cancel(agents.thread);

        agents.await(Status.IDLE);
        assertThat(agents.events(ToolCallStarted.class)).isEmpty();
        assertThat(agents.only(ToolCallFinished.class).content()).isEqualTo("Cancelled before it ran.");
    }

    @Test
    void what_cannot_be_kept_stops_nothing_and_is_not_kept_too_late() {
        agents.sandbox().files().fill();
        llm.enqueue(Turn.calls(write("a")), Turn.calls(write("b")), Turn.text("done"));

        agents.chat("go");
        approve();
        approve();
        agents.await(Status.IDLE);

        assertThat(agents.events(ToolCallFinished.class))
                .extracting(ToolCallFinished::outcome)
                .containsExactly(Outcome.OK, Outcome.OK);
        assertThat(agents.sandbox().files().kept()).hasSize(1);
    }
}
