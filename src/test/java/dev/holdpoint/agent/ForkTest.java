package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.llm.ChatMessage;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fork is the thread as it was, and nothing of it runs that nobody said yes to in it. */
class ForkTest {

    private final ScriptedLlm llm =
            new ScriptedLlm(Turn.calls(call("execute", "{\"command\":\"effect\"}")), Turn.text("done"));

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

    private void untilInterrupt() {
        agents.chat("go");
        agents.await(Status.INTERRUPTED);
    }

    private void wholeTurn() {
        untilInterrupt();
        agents.sandbox().prints("effect", 0);
        agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null);
        agents.await(Status.IDLE);
    }

    private ThreadState fork(long at) throws IOException {
        return agents.orchestrator.fork(agents.thread, at, null);
    }

    private List<Recorded> journal(ThreadId thread) {
        return agents.journal.read(thread, 0, 1000);
    }

    private List<Event> events(ThreadId thread) {
        return journal(thread).stream().map(Recorded::event).toList();
    }

    private long seqOf(Class<? extends Event> kind) {
        return journal(agents.thread).stream()
                .filter(r -> kind.isInstance(r.event()))
                .findFirst()
                .orElseThrow()
                .seq();
    }

    @Test
    void a_fork_at_every_event_has_the_same_beginning_and_rests() throws Exception {
        wholeTurn();
        List<Recorded> original = journal(agents.thread);
        assertThat(original).hasSizeGreaterThan(12);

        for (Recorded at : original) {
            ThreadState fork = fork(at.seq());

            List<Recorded> copied = journal(fork.id()).subList(0, (int) at.seq());
            assertThat(copied)
                    .extracting(Recorded::event)
                    .isEqualTo(events(agents.thread).subList(0, (int) at.seq()));
            assertThat(copied)
                    .extracting(Recorded::at)
                    .isEqualTo(
                            original.stream().limit(at.seq()).map(Recorded::at).toList());
            boolean waits = at.event() instanceof ApprovalRequested;
            assertThat(fork.status()).as(at.toString()).isEqualTo(waits ? Status.INTERRUPTED : Status.IDLE);
            assertThat(fork.open()).hasSize(waits ? 1 : 0);
            SoundHistory check = new SoundHistory(1000, Instant.now());
            journal(fork.id()).forEach(check::add);
            assertThat(agents.sandboxes.fake(fork.id()).requests()).isEmpty();
        }
        assertThat(events(agents.thread)).hasSameSizeAs(original);
        assertThat(llm.requests()).hasSize(2);
    }

    @Test
    void the_end_of_a_thread_is_forked_without_another_event() throws Exception {
        wholeTurn();

        ThreadState fork = fork(agents.state().seq());

        assertThat(events(fork.id())).isEqualTo(events(agents.thread));
        assertThat(fork.id()).isNotEqualTo(agents.thread);
    }

    @Test
    void a_fork_at_a_hold_point_is_decided_for_itself() throws Exception {
        untilInterrupt();
        ThreadState fork = fork(agents.state().seq());
        agents.sandboxes.fake(fork.id()).prints("in the fork", 0);

        agents.orchestrator.resumeAll(fork.id(), Decision.approve(), null);

        Awaitility.await()
                .atMost(Agents.WAIT)
                .until(() -> agents.orchestrator.thread(fork.id()).status() == Status.IDLE);
        assertThat(agents.sandboxes.fake(fork.id()).requests()).hasSize(1);
        assertThat(agents.sandbox().requests()).isEmpty();
        assertThat(agents.state().status()).isEqualTo(Status.INTERRUPTED);
    }

    @Test
    void a_fork_at_a_hold_point_asks_anew_for_everything_that_is_open() throws Exception {
        wholeTurn();
        llm.enqueue(Turn.calls(
                call("execute", "{\"command\":\"one\"}"),
                call("ls", "{\"path\":\"/workspace\"}"),
                call("execute", "{\"command\":\"two\"}")));
        untilInterrupt();
        Interrupt first = agents.state().pending().getFirst();
        decide(agents.thread, first);

        ThreadState fork = fork(agents.state().seq());

        assertThat(fork.pending()).extracting(i -> i.call().name()).containsExactly("execute", "ls", "execute");
        assertThat(fork.pending()).extracting(Interrupt::rendering).contains("one", "two");
        assertThat(fork.pending()).extracting(Interrupt::id).doesNotContain(first.id());
        ThreadState decided = decide(fork.id(), fork.pending().getLast());
        assertThat(decided.status()).isEqualTo(Status.INTERRUPTED);
        assertThat(agents.sandboxes.fake(fork.id()).requests()).isEmpty();
    }

    @Test
    void a_decision_that_comes_again_is_compared_with_the_fork_s_own() throws Exception {
        wholeTurn();
        llm.enqueue(Turn.calls(call("execute", "{\"command\":\"one\"}"), call("execute", "{\"command\":\"two\"}")));
        untilInterrupt();
        Interrupt first = agents.state().pending().getFirst();
        decide(agents.thread, first);
        ThreadState fork = fork(agents.state().seq());
        var no = List.of(new DecisionRequest(null, first.call().id(), null, Decision.reject("no"), null));
        agents.orchestrator.resume(fork.id(), no, "r", null);

        ThreadState again = agents.orchestrator.resume(fork.id(), no, "r", null);

        assertThat(again.pending()).hasSize(1);
    }

    private ThreadState decide(ThreadId thread, Interrupt interrupt) {
        var request = new DecisionRequest(interrupt.id(), null, null, Decision.approve(), interrupt.digest());
        return agents.orchestrator.resume(thread, List.of(request), "r", null);
    }

    @Test
    void what_may_never_run_in_a_fork_is_not_asked_for() throws Exception {
        untilInterrupt();
        agents.orchestrator.update(agents.thread, null, Mode.PLAN, null);

        ThreadState fork = fork(agents.state().seq());

        assertThat(fork.status()).isEqualTo(Status.IDLE);
        assertThat(fork.open()).isEmpty();
        assertThat(agents.state().status()).isEqualTo(Status.INTERRUPTED);
    }

    @Test
    void what_was_approved_in_the_original_does_not_run_in_the_fork() throws Exception {
        wholeTurn();

        ThreadState fork = fork(seqOf(ApprovalDecided.class));

        List<Event> events = events(fork.id());
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        RunFailed.class, e -> assertThat(e.failure().code()).isEqualTo(Failure.Code.CANCELLED));
        assertThat(events)
                .filteredOn(ToolCallFinished.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToolCallFinished.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.CANCELLED));
        assertThat(fork.status()).isEqualTo(Status.IDLE);
        assertThat(agents.orchestrator.activeTurns()).isZero();
    }

    @Test
    void the_model_sees_the_history_up_to_the_fork_and_the_new_message() throws Exception {
        wholeTurn();
        llm.enqueue(Turn.text("first answer"), Turn.text("second answer"));
        agents.chat("say one thing");
        agents.await(Status.IDLE);
        long before = journal(agents.thread).stream()
                .filter(r -> r.event() instanceof Event.RunFinished)
                .findFirst()
                .orElseThrow()
                .seq();

        ThreadState fork = fork(before);
        agents.orchestrator
                .chat(fork.id(), UserInput.of("say another thing", null), null, AgentOrchestrator::endsTurn)
                .collect()
                .last()
                .await()
                .atMost(Agents.WAIT);

        List<ChatMessage> seen = llm.requests().getLast().messages();
        assertThat(seen.getLast()).isEqualTo(new ChatMessage.User("say another thing"));
        assertThat(seen).contains(new ChatMessage.User("go")).doesNotContain(new ChatMessage.User("say one thing"));
        assertThat(events(agents.thread)).doesNotContain(events(fork.id()).getLast());
    }

    @Test
    void the_files_are_copied() throws Exception {
        agents.sandbox().files().write("/workspace/f", bytes("old"), 100);

        ThreadState fork = fork(1);
        agents.sandbox().files().write("/workspace/f", bytes("new"), 100);

        try (var file = agents.sandboxes.fake(fork.id()).files().read("/workspace/f")) {
            assertThat(file.readAllBytes()).isEqualTo("old".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_fork_has_its_own_title_or_the_original_s() throws Exception {
        agents.orchestrator.update(agents.thread, "Original", null, null);

        ThreadState named = agents.orchestrator.fork(agents.thread, 2, "Another way");
        ThreadState unnamed = fork(1);
        ThreadState same = fork(2);

        assertThat(named.summary().title()).isEqualTo("Another way");
        assertThat(unnamed.summary().title()).isEqualTo("Original");
        assertThat(events(unnamed.id()).getLast()).isEqualTo(new ThreadUpdated("Original", null, null));
        assertThat(events(same.id())).isEqualTo(events(agents.thread));
    }

    @Test
    void a_fork_that_fails_leaves_nothing() {
        long beyond = agents.state().seq() + 1;
        int sandboxes = agents.sandboxes.running();

        assertThatThrownBy(() -> fork(beyond)).isInstanceOf(Refused.class);

        assertThat(agents.sandboxes.running()).isEqualTo(sandboxes);
        assertThat(agents.journal.list(10, null, Journal.Wanted.ALL).threads()).hasSize(1);
    }

    private Journal dyingAfter(String call) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (_, method, arguments) -> {
                    Object result = method.invoke(agents.journal, arguments);
                    if (method.getName().equals(call)) {
                        throw new JournalUnavailable("gone", new IOException("gone"));
                    }
                    return result;
                });
    }

    @Test
    void a_fork_whose_title_can_not_be_found_leaves_no_files() {
        int sandboxes = agents.sandboxes.running();
        Histories histories = Agents.histories(dyingAfter("find"), agents.sandboxes);

        assertThatThrownBy(() -> histories.fork(agents.thread, 1, null)).isInstanceOf(JournalUnavailable.class);

        assertThat(agents.sandboxes.running()).isEqualTo(sandboxes);
    }

    /** The connection dies right after the commit: nobody is told of the thread, so it must not be there. */
    @Test
    void a_fork_that_nobody_is_told_of_leaves_nothing() {
        int sandboxes = agents.sandboxes.running();
        Journal dying = dyingAfter("load");
        Histories histories = Agents.histories(dying, agents.sandboxes);

        assertThatThrownBy(() -> histories.fork(agents.thread, 1, null)).isInstanceOf(JournalUnavailable.class);

        assertThat(agents.journal.list(10, null, Journal.Wanted.ALL).threads()).hasSize(1);
        assertThat(agents.sandboxes.running()).isEqualTo(sandboxes);
    }
}
