package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.journal.Requests.Carried;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.ThreadProcesses;
import dev.holdpoint.tool.FileDiff;
import dev.holdpoint.tool.ToolSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people see and do in the sandboxes of threads, beside the turns: files, what a turn changed in them, commands and
 * what runs in the background. Whoever asks for a thread that isn't there is {@link Refused}.
 */
public final class ThreadSandboxes {

    private final Journal journal;
    private final Threads threads;
    private final Sandboxes sandboxes;
    private final Processes processes;
    private final Repeats repeats;
    private final PersonsCommands commands;

    ThreadSandboxes(
            Journal journal,
            Threads threads,
            Sandboxes sandboxes,
            Processes processes,
            Repeats repeats,
            ToolSettings settings) {
        this.journal = journal;
        this.threads = threads;
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.repeats = repeats;
        this.commands = new PersonsCommands(settings);
    }

    /** The sandbox of a thread, for a look at its files. */
    public Sandbox of(ThreadId id) {
        checkKnown(id);
        return sandboxes.of(id);
    }

    /**
     * What differs in the workspace from what it was before the latest turn changed it, whoever did so; empty if the turn
     * changed nothing, or if that isn't known.
     *
     * @throws SandboxUnavailable if too many others ask
     */
    public Optional<TurnChanges> changes(ThreadId id) throws IOException, SandboxUnavailable {
        Optional<String> turn = threads.state(id).turnId();
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        String runId = turn.get();
        return sandboxes.of(id).files().changes(runId, FileDiff::unified).map(c -> new TurnChanges(runId, c));
    }

    /**
     * The sandbox of a thread, for a person's own commands and changes to its files: the thread isn't unused then.
     *
     * @param atMost how long they take
     */
    public Sandbox inUse(ThreadId id, Duration atMost) {
        // Before the look: a thread that is there after this isn't removed for want of use.
        journal.use(id, atMost);
        return of(id);
    }

    /**
     * Runs a person's own command in the thread's sandbox, and blocks until it ended; a running turn goes on beside it.
     * A request that comes again gets the same answer, or is refused while the command still runs.
     *
     * @throws SandboxUnavailable if it was certainly not started
     */
    public PersonsExec exec(ThreadId id, String command, Duration timeout, @Nullable RequestKey request)
            throws SandboxUnavailable, InterruptedException {
        Sandbox sandbox = inUse(id, timeout);
        return repeats.once(id, request, PersonsExec.STORED, () -> commands.run(sandbox, command, timeout, request));
    }

    /** How a person's command stands. */
    public sealed interface Command {

        /** @param printed the last of its output so far; empty if another process runs it */
        record Running(String printed) implements Command {}

        record Ended(PersonsExec result) implements Command {}
    }

    /**
     * A person's command, whichever process runs it or ran it. Whoever asks for one that nobody sent is {@link Refused}.
     *
     * @param key of the request that runs it
     */
    public Command command(ThreadId id, String key) {
        checkKnown(id);
        Carried known = repeats.known(id, key)
                .filter(carried -> carried.answer() == null || PersonsExec.isStored(carried.answer()))
                .orElseThrow(() -> new Refused(Code.NOT_FOUND, "No command in the foreground was sent with this key."));
        return known.underWay()
                ? new Command.Running(commands.printed(id, key))
                : new Command.Ended(Repeats.answered(known, PersonsExec.STORED));
    }

    /**
     * Ends a person's command that runs in this process, with its children; its own request has the answer.
     *
     * @param key of the request that runs it
     */
    public void stop(ThreadId id, String key) {
        checkKnown(id);
        if (!commands.stop(id, key)) {
            throw new Refused(Code.NOTHING_RUNNING, "No command that was sent with this key is running here.");
        }
    }

    /**
     * Starts a person's own command in the background of the thread's sandbox. A request that comes again gets the same
     * answer.
     *
     * @param timeout empty for as long as the sandbox is there
     * @return its id; empty if an earlier request may have started it, and nobody can tell
     * @throws SandboxUnavailable if it was certainly not started
     */
    public Optional<String> start(ThreadId id, String command, Optional<Duration> timeout, @Nullable RequestKey request)
            throws SandboxUnavailable, InterruptedException {
        Sandbox sandbox = inUse(id, timeout.orElse(Duration.ZERO));
        ThreadProcesses background = processes.of(id);
        return repeats.once(
                id, request, PersonsCommands.STARTED, () -> commands.start(background, sandbox, command, timeout));
    }

    /** What this process runs in the background of a thread. */
    public ThreadProcesses processes(ThreadId id) {
        checkKnown(id);
        return processes.of(id);
    }

    private void checkKnown(ThreadId id) {
        if (!threads.exists(id)) {
            throw Refused.unknownThread();
        }
    }

    public String backend() {
        return sandboxes.backend();
    }

    /** As {@link Sandboxes#state}, also for a thread that isn't there. */
    public String state(ThreadId id) {
        return sandboxes.state(id);
    }
}
