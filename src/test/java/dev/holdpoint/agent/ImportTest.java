package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A journal from elsewhere is taken in whole or not at all, and nothing of it ever runs. */
class ImportTest {

    private static final String HEADER = "{\"format\":\"holdpoint-journal\",\"version\":1}\n";

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

    private static String file(String... events) {
        List<String> lines = new ArrayList<>();
        for (String event : events) {
            int blank = event.indexOf(' ');
            lines.add("{\"seq\":%d,\"at\":\"2026-01-31T12:00:00Z\",\"type\":\"%s\",\"event\":%s}"
                    .formatted(lines.size() + 1, event.substring(0, blank), event.substring(blank + 1)));
        }
        return HEADER + lines.stream().collect(Collectors.joining("\n"));
    }

    /** What stands before the event in question, by name. */
    private static List<String> before(String situation) {
        String created = "thread_created {'mode':'build','metadata':{}}";
        String started = "run_started {'run_id':'r','mode':'build'}";
        String said = "user_message_added {'message_id':'m','text':'go'}";
        String answered =
                "assistant_message_added {'message_id':'n','text':'','reasoning':'','calls':[{'id':'c','name':"
                        + "'execute','arguments':'{}'}],'usage':{'input_tokens':1,'output_tokens':1},'model':'x','finish_reason':"
                        + "'tool_calls','complete':true,'started_millis':0,'first_token_millis':0}";
        String asked = "approval_requested {'run_id':'r','interrupts':[{'id':'i','call':{'id':'c','name':'execute',"
                + "'arguments':'{}'},'digest':'d','reason':'w','rendering':'x','allowed':['approve']}]}";
        return switch (situation) {
            case "idle" -> List.of(created);
            case "running" -> List.of(created, started, said);
            case "called" -> List.of(created, started, said, answered);
            case "waiting" -> List.of(created, started, said, answered, asked);
            default -> throw new IllegalArgumentException(situation);
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            idle    | thread_created {'mode':'build','metadata':{}}
            idle    | user_message_added {'message_id':'m','text':'go'}
            idle    | run_started {'run_id':'r','parent_run_id':'q','mode':'build'}
            idle    | run_finished {'run_id':'r'}
            idle    | cancel_requested {'run_id':'r'}
            idle    | todos_changed {'todos':[]}
            idle    | tool_call_finished {'tool_call_id':'c','outcome':'ok','content':'','truncated':false,'duration_millis':0}
            running | run_started {'run_id':'s','mode':'build'}
            running | run_finished {'run_id':'another'}
            running | tool_call_finished {'tool_call_id':'c','outcome':'ok','content':'','truncated':false,'duration_millis':0}
            running | tool_call_started {'tool_call_id':'c','tool':'execute','digest':'d'}
            running | approval_decided {'interrupt_id':'i','tool_call_id':'c','decision':{'type':'approve'},'by':'user'}
            running | assistant_message_added {'message_id':'n','text':'','reasoning':'','calls':[],'usage':{'input_tokens':-1,'output_tokens':1},'model':'x','finish_reason':'stop','complete':true,'started_millis':0,'first_token_millis':0}
            called  | user_message_added {'message_id':'o','text':'more'}
            called  | run_finished {'run_id':'r'}
            called  | run_failed {'run_id':'r','failure':{'code':'internal','message':'m'}}
            called  | tool_call_started {'tool_call_id':'c','tool':'ls','digest':'d'}
            called  | tool_call_started {'tool_call_id':'other','tool':'execute','digest':'d'}
            called  | approval_requested {'run_id':'r','interrupts':[{'id':'i','call':{'id':'c','name':'execute','arguments':'{"command":"other"}'},'digest':'d','reason':'w','rendering':'x','allowed':['approve']}]}
            waiting | run_started {'run_id':'s','mode':'build'}
            waiting | run_started {'run_id':'s','parent_run_id':'other','mode':'build'}
            waiting | run_failed {'run_id':'r','failure':{'code':'cancelled','message':'m'}}
            waiting | tool_call_started {'tool_call_id':'c','tool':'execute','digest':'d'}
            waiting | approval_decided {'interrupt_id':'other','tool_call_id':'c','decision':{'type':'approve'},'by':'user'}
            waiting | approval_decided {'interrupt_id':'i','tool_call_id':'c','decision':{'type':'edit'},'by':'user'}
            """)
    void what_cannot_have_happened_is_refused_with_its_line(String situation, String event) {
        List<String> events = new ArrayList<>(before(situation));
        events.add(event);
        String text =
                file(events.toArray(String[]::new)).replace('\'', '"').replace("\"{\"command\":\"other\"}\"", "\"[]\"");

        assertThatThrownBy(() -> load(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(Refused.Code.INVALID_REQUEST))
                .hasMessageStartingWith("line " + (events.size() + 1) + ": ");
        assertThat(agents.journal.list(10, null, null).threads()).isEmpty();
        assertThat(agents.sandboxes.running()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"idle", "running", "called", "waiting"})
    void the_situations_of_the_other_test_are_sound(String situation) throws IOException {
        String text = file(before(situation).toArray(String[]::new)).replace('\'', '"');

        assertThat(load(text.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(Status.IDLE);
    }

    @Test
    void a_title_that_is_larger_than_any_list_is_refused() {
        String title = "x".repeat(SoundHistory.MAX_SUMMARY_CHARS + 1);
        String text = file("thread_created {\"title\":\"" + title + "\",\"mode\":\"build\",\"metadata\":{}}");

        assertThatThrownBy(() -> load(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("line 2: ");
    }

    @Test
    void an_import_can_be_talked_to() throws IOException {
        String text = file(before("waiting").toArray(String[]::new)).replace('\'', '"');
        ThreadState loaded = load(text.getBytes(StandardCharsets.UTF_8));
        llm.enqueue(Turn.text("hello again"));

        agents.orchestrator
                .chat(loaded.id(), UserInput.of("hello", null), null, AgentOrchestrator::endsTurn)
                .collect()
                .last()
                .await()
                .atMost(Agents.WAIT);

        assertThat(agents.orchestrator.thread(loaded.id()).status()).isEqualTo(Status.IDLE);
        assertThat(loaded.summary().createdAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }
}
