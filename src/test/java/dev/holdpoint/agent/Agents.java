package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.Link;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.ProcessSettings;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.testing.FakeSandbox;
import dev.holdpoint.testing.FakeSandboxes;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.ScriptedLlm;
import dev.holdpoint.tool.ToolSettings;
import dev.holdpoint.tool.Toolbox;
import io.smallrye.mutiny.Multi;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** An orchestrator on a real journal, with a scripted model and fake sandboxes, and one thread in it. */
final class Agents implements AutoCloseable {

    private static final Set<String> GATED = Set.of("execute", "write_file", "edit_file");
    static final Duration WAIT = Duration.ofSeconds(10);

    final ThreadId thread = ThreadId.create();
    final FakeSandboxes sandboxes = new FakeSandboxes();
    final Journal journal;
    final AgentOrchestrator orchestrator;

    Agents(Path folder, ScriptedLlm llm) {
        this(folder, llm, AgentSettings.DEFAULTS);
    }

    Agents(Path folder, ScriptedLlm llm, AgentSettings settings) {
        this(Replica.sqlite(folder.resolve("journal.db")), llm, settings);
    }

    Agents(Replica replica, ScriptedLlm llm, AgentSettings settings) {
        this(replica, Link.NONE, llm, settings);
    }

    /** One process of several. */
    Agents(Replica replica, Link link, Llm llm, AgentSettings settings) {
        this.journal = replica.journal();
        Toolbox toolbox = Toolbox.standard(ToolSettings.defaults(), true);
        this.orchestrator = AgentOrchestrator.of(
                journal,
                replica.replicas(),
                link,
                llm,
                sandboxes,
                processes(),
                toolbox,
                new ApprovalPolicy(GATED, toolbox.readOnlyNames()),
                settings,
                ToolSettings.defaults(),
                new StreamSettings(Duration.ofMillis(200), 64 << 10, Duration.ofSeconds(60)),
                Clock.systemUTC());
        orchestrator.recover();
    }

    private static Processes processes() {
        return new Processes(ProcessSettings.DEFAULT, FleetSettings.DEFAULT, Clock.systemUTC());
    }

    /** What makes threads of journals, alone. */
    static Histories histories(Journal journal, Sandboxes sandboxes) {
        Toolbox toolbox = Toolbox.standard(ToolSettings.defaults(), true);
        Gate gate = new Gate(toolbox, new ApprovalPolicy(GATED, toolbox.readOnlyNames()), null);
        return new Histories(
                journal,
                sandboxes,
                new Renewal(gate, sandboxes, processes()),
                AgentSettings.DEFAULTS.maxMessageChars(),
                Clock.systemUTC());
    }

    Agents withThread() {
        orchestrator.create(thread, null, Mode.BUILD, Map.of(), null);
        return this;
    }

    FakeSandbox sandbox() {
        return sandboxes.fake(thread);
    }

    /** Begins a turn; the list fills up while it goes on. */
    List<Seen> chat(String text) {
        return collect(orchestrator.chat(thread, UserInput.of(text, null), null, AgentOrchestrator::endsTurn));
    }

    static List<Seen> collect(Multi<Seen> stream) {
        List<Seen> seen = new CopyOnWriteArrayList<>();
        stream.subscribe().with(seen::add);
        return seen;
    }

    ThreadState await(Status status) {
        Awaitility.await().atMost(WAIT).until(() -> state().status() == status && orchestrator.activeTurns() == 0);
        return state();
    }

    ThreadState state() {
        return orchestrator.thread(thread);
    }

    List<Event> events() {
        return journal.read(thread, 0, 10_000).stream().map(Recorded::event).toList();
    }

    <E extends Event> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends Event> E only(Class<E> kind) {
        assertThat(events(kind)).hasSize(1);
        return events(kind).getFirst();
    }

    @Override
    public void close() {
        orchestrator.close();
    }
}
