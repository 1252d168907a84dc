package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.testing.FakeSandboxes;
import dev.holdpoint.testing.Replica;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that tells what can't have happened is refused, and changes nothing. */
class SoundHistoryTest {

    private static final String HEADER = "{\"format\":\"holdpoint-journal\",\"version\":1}\n";

    private final FakeSandboxes sandboxes = new FakeSandboxes();

    @TempDir
    Path folder;

    private Journal journal;
    private Histories histories;

    @BeforeEach
    void open() {
        journal = Replica.sqlite(folder.resolve("journal.db")).journal();
        histories = Agents.histories(journal, sandboxes);
    }

    private ThreadId load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("import.ndjson"), text);
        try (FileChannel channel = FileChannel.open(file)) {
            return histories.load(channel);
        }
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
        String resumed = "run_started {'run_id':'s','parent_run_id':'r','mode':'build'}";
        return switch (situation) {
            case "idle" -> List.of(created);
            case "running" -> List.of(created, started, said);
            case "called" -> List.of(created, started, said, answered);
            case "called with a list" -> List.of(created, started, said, answered.replace("'{}'", "'[]'"));
            case "waiting" -> List.of(created, started, said, answered, asked);
            case "edited" -> List.of(created, started, said, answered, asked, edited("{}"), resumed);
            case "edited to garbage" -> List.of(created, started, said, answered, asked, edited("x"), resumed);
            default -> throw new IllegalArgumentException(situation);
        };
    }

    private static String edited(String args) {
        return "approval_decided {'interrupt_id':'i','tool_call_id':'c','decision':{'type':'edit','args':'" + args
                + "'},'by':'user'}";
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
            called  | tool_call_started {'tool_call_id':'c','tool':'execute','digest':'d','args':'{}'}
            called with a list | approval_requested {'run_id':'r','interrupts':[{'id':'i','call':{'id':'c','name':'execute','arguments':'[]'},'digest':'d','reason':'w','rendering':'x','allowed':['approve']}]}
            edited  | tool_call_started {'tool_call_id':'c','tool':'execute','digest':'d','args':'{ }'}
            edited to garbage | tool_call_started {'tool_call_id':'c','tool':'execute','digest':'d','args':'x'}
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

        assertThatThrownBy(() -> load(text))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(Refused.Code.INVALID_REQUEST))
                .hasMessageStartingWith("line " + (events.size() + 1) + ": ");
        assertThat(journal.list(10, null, Journal.Wanted.ALL).threads()).isEmpty();
        assertThat(sandboxes.running()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"idle", "running", "called", "called with a list", "waiting", "edited", "edited to garbage"})
    void the_situations_of_the_other_test_are_sound(String situation) throws IOException {
        String text = file(before(situation).toArray(String[]::new)).replace('\'', '"');

        ThreadId loaded = load(text);

        assertThat(journal.find(List.of(loaded)).getFirst().summary().status()).isEqualTo(Status.IDLE);
    }

    @Test
    void journals_of_the_version_before_are_sound() throws IOException {
        Path file = folder.resolve("before.db");
        try (InputStream old = SoundHistoryTest.class.getResourceAsStream("/stores/sqlite-v1.db")) {
            Files.copy(Objects.requireNonNull(old), file);
        }
        Journal before = Replica.sqlite(file).journal();
        List<ThreadId> threads = before.list(10, null, Journal.Wanted.ALL).threads().stream()
                .map(Journal.Listed::thread)
                .toList();
        assertThat(threads).hasSize(4);

        for (ThreadId thread : threads) {
            SoundHistory history = new SoundHistory(AgentSettings.DEFAULTS.maxMessageChars(), Instant.now());
            assertThatCode(() -> before.read(thread, 0, 100).forEach(history::add))
                    .doesNotThrowAnyException();
        }
    }

    private static String idleAndStarted(String first, String second) {
        return file(
                        "thread_created {\"mode\":\"build\",\"metadata\":{}}",
                        "run_started {\"run_id\":\"r\",\"mode\":\"build\"}")
                .replace("1,\"at\":\"2026-01-31T12:00:00Z", "1,\"at\":\"" + first)
                .replace("2,\"at\":\"2026-01-31T12:00:00Z", "2,\"at\":\"" + second);
    }

    @ParameterizedTest
    @CsvSource({
        "1999-12-31T23:59:58Z, 1999-12-31T23:59:59Z, 2",
        "2026-01-31T12:00:00Z, 2999-12-31T23:59:59Z, 3",
        "2026-01-31T12:00:00Z, 2026-01-31T11:58:59Z, 3",
        "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00Z, 2",
    })
    void a_time_that_can_not_be_is_refused_with_its_line(String first, String second, int line) {
        assertThatThrownBy(() -> load(idleAndStarted(first, second)))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("line " + line + ": at lies ");
    }

    @Test
    void a_time_that_is_barely_in_the_future_is_taken_and_more_is_not() throws IOException {
        Instant now = Instant.now();
        String soon = now.plusSeconds(30).toString();
        String later = now.plusSeconds(90).toString();

        ThreadId loaded = load(idleAndStarted(now.toString(), soon));

        assertThat(journal.find(List.of(loaded))).hasSize(1);
        assertThatThrownBy(() -> load(idleAndStarted(soon, later)))
                .hasMessageContaining("line 3: at lies in the future");
    }

    @Test
    void clocks_of_several_processes_may_differ_a_little() throws IOException {
        ThreadId loaded = load(idleAndStarted("2026-01-31T12:00:00Z", "2026-01-31T11:59:30Z"));

        assertThat(journal.find(List.of(loaded))).hasSize(1);
    }

    @Test
    void a_message_that_nobody_could_send_here_is_refused() {
        String message = "x".repeat(AgentSettings.DEFAULTS.maxMessageChars() + 1);
        List<String> events = new ArrayList<>(before("idle"));
        events.add("run_started {'run_id':'r','mode':'build'}");
        events.add("user_message_added {'message_id':'m','text':'" + message + "'}");

        assertThatThrownBy(() -> load(file(events.toArray(String[]::new)).replace('\'', '"')))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(
                        "line 4: a message is longer than 200000 characters (HOLDPOINT_MAX_MESSAGE_CHARS)");
    }

    @Test
    void an_answer_that_no_model_could_give_here_is_refused() {
        String text = "x".repeat(SoundHistory.MAX_ANSWER_CHARS + 1);
        List<String> events = new ArrayList<>(before("called"));
        events.set(3, events.get(3).replace("'text':''", "'text':'" + text + "'"));

        assertThatThrownBy(() -> load(file(events.toArray(String[]::new)).replace('\'', '"')))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("line 5: an answer is longer than");
    }

    @Test
    void a_title_that_is_larger_than_any_list_is_refused() {
        String title = "x".repeat(SoundHistory.MAX_SUMMARY_CHARS + 1);
        String text = file("thread_created {\"title\":\"" + title + "\",\"mode\":\"build\",\"metadata\":{}}");

        assertThatThrownBy(() -> load(text)).isInstanceOf(Refused.class).hasMessageStartingWith("line 2: ");
    }
}
