package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.PostgresLink;
import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import dev.holdpoint.testing.Stores;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes on one PostgreSQL server, each with a link to the other. */
class ReplicasTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final ToolCall RUN = ScriptedLlm.call("execute", "{\"command\":\"effect\"}");
    private static final ToolCall LOOK = ScriptedLlm.call("ls", "{\"path\":\"/workspace\"}");

    private final PostgresServer server = Postgres.shared().newDatabase();
    private final DataSource store = Stores.postgres(server);
    private final ThreadId thread = ThreadId.create();
    private final ScriptedLlm modelOfOne = new ScriptedLlm();
    private final ScriptedLlm modelOfTwo = new ScriptedLlm();
    private Agents one;
    private Agents two;

    @BeforeEach
    void start() {
        one = agents(modelOfOne);
        two = agents(modelOfTwo);
        one.orchestrator.create(thread, null, Mode.BUILD, Map.of(), null);
    }

    private Agents agents(ScriptedLlm model) {
        return new Agents(
                Replica.on(store, Dialect.POSTGRESQL, Clock.systemUTC(), LEASE),
                PostgresLink.open(server),
                model,
                AgentSettings.DEFAULTS);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private void begin(Turn... answers) {
        modelOfOne.enqueue(answers);
        one.orchestrator
                .chat(thread, UserInput.of("go", null), null, AgentOrchestrator::endsTurn)
                .subscribe()
                .with(seen -> {});
    }

    private void await(Status status) {
        Awaitility.await()
                .atMost(Agents.WAIT)
                .until(() -> two.orchestrator.thread(thread).status() == status);
    }

    private List<Event> events() {
        return one.journal.read(thread, 0, 1_000).stream().map(Recorded::event).toList();
    }

    private <E extends Event> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private int commandsRun() {
        return one.sandboxes.fake(thread).requests().size()
                + two.sandboxes.fake(thread).requests().size();
    }

    private static String previewed(List<Seen> seen) {
        return seen.stream()
                .map(s -> s instanceof Seen.Preview(Delta.Text d) ? d.text() : "")
                .collect(Collectors.joining());
    }

    @Test
    void whoever_follows_through_another_process_sees_tokens_flow_also_from_before() {
        String text = "数字 \ud83d\ude00 ".repeat(2_000);
        CountDownLatch gate = new CountDownLatch(1);
        begin(Turn.text(text).until(gate));
        Awaitility.await().until(() -> !modelOfOne.requests().isEmpty());

        List<Seen> early = Agents.collect(two.orchestrator.follow(thread, 0, AgentOrchestrator::endsTurn));
        Awaitility.await().atMost(Agents.WAIT).until(() -> previewed(early).equals(text));
        List<Seen> late = Agents.collect(two.orchestrator.follow(thread, 0, AgentOrchestrator::endsTurn));
        Awaitility.await().atMost(Agents.WAIT).until(() -> previewed(late).equals(text));
        gate.countDown();

        await(Status.IDLE);
        Awaitility.await().until(() -> AgentOrchestrator.endsTurn(late.getLast()));
        assertThat(previewed(early)).isEqualTo(text);
        assertThat(early.stream().filter(Seen.Fact.class::isInstance)).hasSameSizeAs(events());
        assertThat(late.stream().filter(Seen.Fact.class::isInstance)).hasSameSizeAs(events());
    }

    @Test
    void output_of_a_tool_is_seen_through_another_process() {
        CountDownLatch gate = new CountDownLatch(1);
        one.sandboxes.fake(thread).next((request, output) -> {
            output.accept(Delta.Stream.STDOUT, "line\n".getBytes(StandardCharsets.UTF_8));
            gate.await();
            return new ExecResult(Outcome.EXITED, 0, Duration.ZERO);
        });
        begin(Turn.calls(RUN), Turn.text("done"));
        await(Status.INTERRUPTED);
        one.orchestrator.resumeAll(thread, Decision.approve(), null);
        List<Seen> seen = Agents.collect(two.orchestrator.follow(thread, 0, AgentOrchestrator::endsTurn));

        Awaitility.await()
                .atMost(Agents.WAIT)
                .until(() -> seen.stream()
                        .anyMatch(s -> s instanceof Seen.Preview(Delta.ToolOutput d)
                                && d.text().equals("line\n")));
        gate.countDown();
        await(Status.IDLE);
    }

    @Test
    void a_turn_is_cancelled_through_another_process() {
        begin(Turn.hangs("thinking"));
        Awaitility.await().until(() -> !modelOfOne.requests().isEmpty());

        two.orchestrator.cancel(thread);

        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> two.orchestrator.thread(thread).status() == Status.IDLE);
        assertThat(events(Event.RunFailed.class))
                .extracting(e -> e.failure().code())
                .containsExactly(Failure.Code.CANCELLED);
    }

    @Test
    void a_decision_through_another_process_is_carried_out_there_once() {
        two.sandboxes.fake(thread).prints("effect", 0);
        modelOfTwo.enqueue(Turn.text("done"));
        begin(Turn.calls(RUN));
        await(Status.INTERRUPTED);

        two.orchestrator.resumeAll(thread, Decision.approve(), null);

        await(Status.IDLE);
        assertThat(commandsRun()).isEqualTo(1);
        assertThat(events(ToolCallFinished.class))
                .extracting(ToolCallFinished::outcome)
                .containsExactly(Outcome.EXITED);
        Awaitility.await().until(() -> one.orchestrator.waitingTurns() == 0);
    }

    @Test
    void of_many_decisions_at_once_over_two_processes_one_takes_effect() throws Exception {
        List.of(one, two).forEach(a -> a.sandboxes.fake(thread).prints("effect", 0));
        modelOfTwo.enqueue(Turn.text("done"));
        begin(Turn.calls(RUN), Turn.text("done"));
        await(Status.INTERRUPTED);
        String interrupt = one.orchestrator.thread(thread).pending().getFirst().id();

        List<Callable<Boolean>> people = IntStream.range(0, 50)
                .mapToObj(i -> (Callable<Boolean>) () -> decides(i % 2 == 0 ? one : two, interrupt, i % 5 != 0))
                .toList();
        List<Boolean> won = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> person : threads.invokeAll(people)) {
                won.add(person.get());
            }
        }

        await(Status.IDLE);
        boolean approved = commandsRun() == 1;
        assertThat(events(Event.ApprovalDecided.class)).hasSize(1);
        assertThat(events(ToolCallStarted.class)).hasSize(approved ? 1 : 0);
        for (int i = 0; i < won.size(); i++) {
            assertThat(won.get(i)).isEqualTo((i % 5 != 0) == approved);
        }
    }

    /** @return whether that is how it was decided */
    private boolean decides(Agents through, String interrupt, boolean approves) {
        Decision decision = approves ? Decision.approve() : Decision.reject(null);
        try {
            through.orchestrator.resume(
                    thread, List.of(new DecisionRequest(interrupt, null, null, decision, null)), Ids.run(), null);
            return true;
        } catch (Refused e) {
            assertThat(e.code()).isEqualTo(Refused.Code.ALREADY_DECIDED);
            return false;
        }
    }

    @Test
    void who_lost_the_turn_can_neither_append_nor_start_a_tool() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        modelOfTwo.enqueue(Turn.text("taken over"));
        begin(Turn.calls(LOOK).until(gate));
        Awaitility.await().until(() -> !modelOfOne.requests().isEmpty());

        disown();
        await(Status.IDLE);
        int before = events().size();
        gate.countDown();
        Awaitility.await().until(() -> one.orchestrator.activeTurns() == 0);

        assertThat(events()).hasSize(before);
        assertThat(events(Event.AssistantMessageAdded.class))
                .extracting(Event.AssistantMessageAdded::text)
                .containsExactly("taken over");
        assertThat(commandsRun()).isZero();
    }

    /** As if the process had been struck off. */
    private void disown() throws SQLException {
        try (Connection c = store.getConnection();
                var s = c.createStatement()) {
            assertThat(s.executeUpdate("UPDATE thread SET owner = 'dead'")).isEqualTo(1);
        }
    }

    @Test
    void a_thread_deleted_through_another_process_leaves_nothing_in_this_one() {
        begin(Turn.hangs("thinking"));
        Awaitility.await().until(() -> !modelOfOne.requests().isEmpty());

        two.orchestrator.delete(thread);

        Awaitility.await().atMost(Agents.WAIT).until(() -> one.orchestrator.activeTurns() == 0);
        assertThat(one.journal.lastSeq(thread)).isEmpty();
        assertThat(one.sandboxes.removed()).contains(thread);
    }
}
