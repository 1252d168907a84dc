package dev.holdpoint.agent;

import static dev.holdpoint.testing.ScriptedLlm.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.testing.ScriptedLlm.Turn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The crash test: whatever part of a journal was written before the service died, starting again ends in a legal state
 * with a valid history, and no command that was started runs a second time.
 */
class PrefixTest {

    private static final ToolCall LOOK = call("ls", "{\"path\":\"/workspace\"}");
    private static final ToolCall RUN = call("execute", "{\"command\":\"effect\"}");

    @TempDir
    Path folder;

    @Test
    void starting_again_from_every_prefix_ends_well() throws Exception {
        List<Event> whole = record();
        assertThat(whole).hasSizeGreaterThan(12);
        for (int length = 1; length <= whole.size(); length++) {
            startAgain(whole.subList(0, length));
        }
    }

    private List<Event> record() throws Exception {
        Path place = Files.createDirectory(folder.resolve("recorded"));
        var llm = new ScriptedLlm(Turn.calls(LOOK, RUN), Turn.text("done"));
        try (var agents = new Agents(place, llm).withThread()) {
            agents.chat("go");
            agents.await(Status.INTERRUPTED);
            agents.sandbox().prints("effect", 0);
            agents.orchestrator.resumeAll(agents.thread, Decision.approve(), null);
            agents.await(Status.IDLE);
            return agents.events();
        }
    }

    private void startAgain(List<Event> prefix) throws Exception {
        Path place = Files.createTempDirectory(folder, "prefix");
        Replica before = Replica.sqlite(place.resolve("journal.db"));
        ThreadId thread = ThreadId.create();
        long seq = 0;
        for (Event event : prefix) {
            before.journal().append(thread, seq++, List.of(event));
        }
        boolean asked = prefix.stream().anyMatch(AssistantMessageAdded.class::isInstance);
        var llm =
                asked ? new ScriptedLlm(Turn.text("done")) : new ScriptedLlm(Turn.calls(LOOK, RUN), Turn.text("done"));
        try (var agents = new Agents(Replica.sqlite(place.resolve("journal.db")), llm, AgentSettings.DEFAULTS)) {
            agents.sandboxes.fake(thread).prints("effect", 0);
            settle(agents, thread);
            check(agents, thread, prefix);
        }
    }

    /** Does what a person would: says yes to whatever waits. */
    private static void settle(Agents agents, ThreadId thread) {
        Awaitility.await().atMost(Agents.WAIT).until(() -> {
            ThreadState state = agents.orchestrator.thread(thread);
            if (state.status() == Status.INTERRUPTED && !state.pending().isEmpty()) {
                agents.orchestrator.resumeAll(thread, Decision.approve(), null);
                return false;
            }
            return state.status() == Status.IDLE && agents.orchestrator.activeTurns() == 0;
        });
    }

    private static void check(Agents agents, ThreadId thread, List<Event> prefix) {
        List<Event> events = agents.journal.read(thread, 0, 1000).stream()
                .map(r -> r.event())
                .toList();
        assertThat(events.subList(0, prefix.size())).isEqualTo(prefix);
        Set<String> asked = new HashSet<>();
        List<String> answered = new ArrayList<>();
        boolean unknown = false;
        for (Event event : events) {
            if (event instanceof AssistantMessageAdded a) {
                a.calls().forEach(c -> asked.add(c.id()));
            } else if (event instanceof ToolCallFinished f) {
                answered.add(f.toolCallId());
                unknown |= f.outcome() == Outcome.OUTCOME_UNKNOWN;
            }
        }
        assertThat(answered).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(asked);
        boolean startedBefore = prefix.stream()
                .anyMatch(e -> e instanceof ToolCallStarted s && s.tool().equals("execute"));
        boolean finishedBefore =
                prefix.stream().anyMatch(e -> e instanceof ToolCallFinished f && f.outcome() == Outcome.EXITED);
        int ran = agents.sandboxes.fake(thread).requests().size();
        boolean turnBegan = prefix.stream().anyMatch(Event.RunStarted.class::isInstance);
        assertThat(ran).isEqualTo(startedBefore || !turnBegan ? 0 : 1);
        assertThat(unknown).isEqualTo(startedBefore && !finishedBefore);
    }
}
