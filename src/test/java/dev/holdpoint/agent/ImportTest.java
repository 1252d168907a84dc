package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.approval.Digest;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import dev.holdpoint.journal.JournalLines;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal from elsewhere is taken in whole or not at all, and nothing of it ever runs. */
class ImportTest {

    private final ScriptedLlm llm = new ScriptedLlm();

    @TempDir
    Path folder;

    private Agents agents;

    @BeforeEach
    void open() {
        agents = new Agents(folder, llm);
    }

    @AfterEach
    void close() {
        agents.close();
    }

    private ThreadState load(byte[] text) throws IOException {
        Path file = Files.write(folder.resolve("import.ndjson"), text);
        try (FileChannel channel = FileChannel.open(file)) {
            return agents.orchestrator.thread(agents.orchestrator.load(channel));
        }
    }

    private byte[] exported(ThreadId thread) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        agents.orchestrator.export(thread, file);
        return file.toByteArray();
    }

    private List<Event> events(ThreadId thread) {
        return agents.journal.read(thread, 0, 1000).stream()
                .map(Recorded::event)
                .toList();
    }

    private List<Recorded> recordTurn() {
        agents.withThread();
        llm.enqueue(Turn.calls(call("ls", "{\"path\":\"/workspace\"}"), call("execute", "{\"command\":\"x\"}")));
        llm.enqueue(Turn.text("done"));
        agents.chat("go");
        agents.await(Status.INTERRUPTED);
        agents.sandbox().prints("x", 0);
        agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null);
        agents.await(Status.IDLE);
        return agents.journal.read(agents.thread, 0, 1000);
    }

    @Test
    void what_was_exported_is_the_same_after_an_import() throws Exception {
        recordTurn();

        ThreadState loaded = load(exported(agents.thread));

        assertThat(loaded.id()).isNotEqualTo(agents.thread);
        assertThat(events(loaded.id())).isEqualTo(events(agents.thread));
        assertThat(loaded.summary()).isEqualTo(agents.state().summary());
        assertThat(agents.sandboxes.exists(loaded.id())).isTrue();
    }

    @Test
    void whatever_is_open_in_a_file_is_ended_and_never_runs() throws Exception {
        List<Recorded> whole = recordTurn();
        assertThat(whole).hasSizeGreaterThan(12);

        for (int length = 1; length <= whole.size(); length++) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            JournalLines.write(
                    file, agents.thread, length, whole.subList(0, length).iterator());
            ThreadState loaded = load(file.toByteArray());

            List<Event> events = events(loaded.id());
            assertThat(events.subList(0, length))
                    .isEqualTo(events(agents.thread).subList(0, length));
            assertThat(loaded.status()).as("after " + length).isEqualTo(Status.IDLE);
            assertThat(loaded.open()).isEmpty();
            boolean rested = whole.get(length - 1).event() instanceof Event.ThreadCreated || length == whole.size();
            assertThat(events.size() == length).as("after " + length).isEqualTo(rested);
            assertThat(rested || events.getLast() instanceof RunFailed).isTrue();
            assertThat(agents.sandboxes.fake(loaded.id()).requests()).isEmpty();
        }
        assertThat(agents.orchestrator.activeTurns()).isZero();
        assertThat(llm.requests()).hasSize(2);
    }

    /** A file whose hold point shows something harmless, and in which one of two calls is decided already. */
    private byte[] lyingFile() throws IOException {
        ToolCall one = new ToolCall("c1", "execute", "{\"command\":\"evil\"}");
        ToolCall two = new ToolCall("c2", "execute", "{\"command\":\"worse\"}");
        List<Event> events = List.of(
                new Event.ThreadCreated(null, Mode.BUILD, Map.of()),
                new Event.RunStarted("r", null, Mode.BUILD),
                new Event.UserMessageAdded("m", "go"),
                new Event.AssistantMessageAdded(
                        "n", "", "", List.of(one, two), Usage.NONE, "x", "tool_calls", true, 0, 0),
                new Event.ApprovalRequested("r", List.of(lying("i1", one), lying("i2", two))),
                new Event.ApprovalDecided("i2", "c2", Decision.approve(), "user"));
        List<Recorded> recorded = new ArrayList<>();
        for (Event event : events) {
            recorded.add(new Recorded(agents.thread, recorded.size() + 1, Instant.now(), event));
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        JournalLines.write(file, agents.thread, recorded.size(), recorded.iterator());
        return file.toByteArray();
    }

    private static Interrupt lying(String id, ToolCall call) {
        return new Interrupt(
                id, call, Digest.of(call), "why", "echo hello", null, List.of(Decision.Type.values()), null);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void a_fork_of_an_import_shows_what_would_run_and_waits_for_each_call(long at) throws IOException {
        ThreadId loaded = load(lyingFile()).id();

        ThreadState fork = agents.orchestrator.fork(loaded, at, null);

        assertThat(fork.pending()).extracting(Interrupt::rendering).containsExactly("evil", "worse");
        assertThat(fork.pending()).extracting(Interrupt::id).doesNotContain("i1", "i2");
        var one = new DecisionRequest(null, "c1", null, Decision.approve(), null);
        ThreadState decided = agents.orchestrator.resume(fork.id(), List.of(one), "s", null);
        assertThat(decided.status()).isEqualTo(Status.INTERRUPTED);
        assertThat(agents.sandboxes.fake(fork.id()).requests()).isEmpty();
    }

    @Test
    void an_import_can_be_talked_to() throws IOException {
        List<Recorded> events = recordTurn();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        JournalLines.write(file, agents.thread, 3, events.subList(0, 3).iterator());
        ThreadState loaded = load(file.toByteArray());
        llm.enqueue(Turn.text("hello again"));

        agents.orchestrator
                .chat(loaded.id(), UserInput.of("hello", null), null, AgentOrchestrator::endsTurn)
                .collect()
                .last()
                .await()
                .atMost(Agents.WAIT);

        assertThat(agents.orchestrator.thread(loaded.id()).status()).isEqualTo(Status.IDLE);
        assertThat(loaded.summary().createdAt()).isEqualTo(events.getFirst().at());
    }
}
