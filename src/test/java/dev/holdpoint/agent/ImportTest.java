package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.JournalLines;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
