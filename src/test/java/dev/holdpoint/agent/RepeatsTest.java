package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.testing.FakeSandbox;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are sent again: while a command runs, after it failed to start, after its process died, to a busy service. */
class RepeatsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private DataSource store;

    @BeforeEach
    void open() {
        store = Stores.sqlite(folder.resolve("journal.db"));
    }

    private Agents agents(AgentSettings settings) {
        Replica replica = Replica.on(store, Dialect.SQLITE, Clock.systemUTC(), Duration.ofSeconds(15));
        return new Agents(replica, new ScriptedLlm(), settings);
    }

    private static RequestKey key(Agents agents) {
        return new RequestKey(agents.thread.value(), "key", "print");
    }

    private static PersonsExec exec(Agents agents, Agents owner) {
        try {
            return agents.orchestrator.sandboxes().exec(owner.thread, "cmd", MINUTE, key(owner));
        } catch (SandboxUnavailable | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_command_that_runs_in_another_process_is_under_way_until_that_one_dies() {
        CountDownLatch end = new CountDownLatch(1);
        try (var one = agents(AgentSettings.DEFAULTS).withThread();
                var other = agents(AgentSettings.DEFAULTS)) {
            one.sandbox().next((request, output) -> {
                end.await();
                return FakeSandbox.exited(0);
            });
            var running = CompletableFuture.supplyAsync(() -> exec(one, one));
            Awaitility.await().until(() -> !one.sandbox().requests().isEmpty());
            assertThatThrownBy(() -> exec(other, one))
                    .isInstanceOfSatisfying(
                            Refused.class, e -> assertThat(e.code()).isEqualTo(Code.REQUEST_IN_PROGRESS));

            one.orchestrator.close();

            assertThat(exec(other, one)).isEqualTo(PersonsExec.UNKNOWN);
            assertThat(PersonsExec.UNKNOWN.outcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
            end.countDown();
            assertThat(running).succeedsWithin(Agents.WAIT);
            assertThat(exec(other, one)).as("the same for everybody, for ever").isEqualTo(PersonsExec.UNKNOWN);
            assertThat(other.sandboxes.exists(one.thread))
                    .as("a sandbox that ran something")
                    .isTrue();
            assertThat(other.sandboxes.fake(one.thread).requests()).isEmpty();
        }
    }

    @Test
    void a_command_that_was_certainly_not_started_may_be_sent_again() {
        try (var agents = agents(AgentSettings.DEFAULTS).withThread()) {
            agents.sandbox().next((request, output) -> {
                throw new SandboxUnavailable("the engine is down");
            });
            assertThatThrownBy(() -> agents.orchestrator.sandboxes().exec(agents.thread, "cmd", MINUTE, key(agents)))
                    .isInstanceOf(SandboxUnavailable.class);
            agents.sandbox().prints("hi", 0);

            assertThat(exec(agents, agents).output()).isEqualTo("hi");
        }
    }

    @Test
    void a_command_that_broke_off_is_not_run_again() {
        try (var agents = agents(AgentSettings.DEFAULTS).withThread()) {
            agents.sandbox().next((request, output) -> {
                throw new IllegalStateException("a bug");
            });
            assertThatThrownBy(() -> exec(agents, agents)).hasMessage("a bug");

            assertThat(exec(agents, agents)).isEqualTo(PersonsExec.UNKNOWN);
            assertThat(agents.sandbox().requests()).hasSize(1);
        }
    }

    @Test
    void a_key_is_forgotten_after_its_time() {
        var d = AgentSettings.DEFAULTS;
        var brief =
                new AgentSettings(1, d.turnTimeout(), 1, null, "", 1000, 10, Duration.ofMillis(300), null, 1_000_000);
        try (var agents = agents(brief).withThread()) {
            agents.sandbox().prints("first", 0);
            exec(agents, agents);

            Awaitility.await()
                    .atMost(Agents.WAIT)
                    .until(() -> agents.journal.requests().carried(key(agents)).isEmpty());

            agents.sandbox().prints("second", 0);
            assertThat(exec(agents, agents).output()).isEqualTo("second");
        }
    }

    @Test
    void a_chat_that_comes_again_is_answered_by_a_busy_service_as_well() {
        var d = AgentSettings.DEFAULTS;
        var small = new AgentSettings(1, d.turnTimeout(), 1, null, "", 1000, 1, d.requestTtl(), null, 1_000_000);
        Replica replica = Replica.on(store, Dialect.SQLITE, Clock.systemUTC(), Duration.ofSeconds(15));
        try (var agents = new Agents(replica, new ScriptedLlm(Turn.hangs("hm")), small).withThread()) {
            var input = UserInput.of("go", null);
            agents.orchestrator.chat(agents.thread, input, key(agents), AgentOrchestrator::endsTurn);
            Awaitility.await().until(() -> agents.orchestrator.activeTurns() == 1);

            List<Seen> again = Agents.collect(
                    agents.orchestrator.chat(agents.thread, input, key(agents), AgentOrchestrator::endsTurn));

            Awaitility.await().until(() -> !again.isEmpty());
            assertThat(agents.only(RunStarted.class).runId()).isEqualTo(input.runId());
            assertThatThrownBy(() -> agents.orchestrator.chat(agents.thread, input, null, AgentOrchestrator::endsTurn))
                    .isInstanceOfSatisfying(
                            Refused.class, e -> assertThat(e.code()).isEqualTo(Code.OVERLOADED));
        }
    }
}
