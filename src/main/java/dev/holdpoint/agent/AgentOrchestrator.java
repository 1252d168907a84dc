package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.CancelRequested;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Append;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.Link;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.journal.RequestKnown;
import dev.holdpoint.journal.Requests.Carried;
import dev.holdpoint.journal.SequenceConflict;
import dev.holdpoint.journal.UnknownThread;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.ToolSettings;
import dev.holdpoint.tool.Toolbox;
import io.smallrye.mutiny.Multi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The only entry to the agents: everything that a client can ask of a thread. Methods block on the store for
 * milliseconds and return; turns go on by themselves. Each throws {@link Refused} for what can't be done, without any
 * effect.
 */
public class AgentOrchestrator implements AutoCloseable {

    /** A title made of a message is no longer than this. */
    static final int TITLE_CHARS = 80;

    /** How often a process looks for runs without an owner and for interrupts that expired. */
    private static final Duration LOOK_AFTER = Duration.ofSeconds(1);

    private final Journal journal;
    private final Lease lease;
    private final Sandboxes sandboxes;
    private final Turns turns;
    private final LiveThreads live;
    private final Decisions decisions;
    private final Repeats repeats;
    private final AgentSettings settings;
    private final PersonsCommands personsCommands;
    private final Peers peers;
    private final Journal.Subscription following;

    /**
     * Puts the room together.
     *
     * @param replicas the processes on this journal's store, of which this is one
     * @param link to the others
     * @param streams what bounds each follower
     */
    public static AgentOrchestrator of(
            Journal journal,
            Replicas replicas,
            Link link,
            Llm llm,
            Sandboxes sandboxes,
            Toolbox toolbox,
            ApprovalPolicy policy,
            AgentSettings settings,
            ToolSettings toolSettings,
            StreamSettings streams,
            Clock clock) {
        var gate = new Gate(toolbox, policy, settings.interruptTtl());
        var calls = new ToolCalls(gate, toolbox, sandboxes, settings.maxRepeatedCalls(), clock);
        var loop =
                new AgentLoop(llm, toolbox, calls, new Prompt(settings.systemPromptAppend(), clock), settings, clock);
        var live = new LiveThreads(journal, streams);
        var lease = new Lease(replicas, sandboxes, LOOK_AFTER);
        var turns = new Turns(journal, lease, loop, live, settings.turnTimeout(), clock);
        var repeats = new Repeats(journal, settings.requestTtl(), clock);
        return new AgentOrchestrator(
                journal, lease, link, sandboxes, turns, live, new Decisions(toolbox), repeats, settings, toolSettings);
    }

    private AgentOrchestrator(
            Journal journal,
            Lease lease,
            Link link,
            Sandboxes sandboxes,
            Turns turns,
            LiveThreads live,
            Decisions decisions,
            Repeats repeats,
            AgentSettings settings,
            ToolSettings toolSettings) {
        this.journal = journal;
        this.lease = lease;
        this.sandboxes = sandboxes;
        this.turns = turns;
        this.live = live;
        this.decisions = decisions;
        this.repeats = repeats;
        this.settings = settings;
        this.personsCommands = new PersonsCommands(toolSettings, settings.maxActiveTurns());
        this.peers = new Peers(lease.holder(), link, journal, live, turns, this::gone);
        this.following = journal.follow(this::appended);
    }

    private void appended(List<Recorded> batch) {
        live.appended(batch);
        peers.moved(batch.getLast().threadId(), batch.getLast().seq());
    }

    /** Makes a thread; it is durable and its workspace exists when this returns. */
    public void create(ThreadId id, @Nullable String title, Mode mode, Map<String, Object> metadata) {
        create(id, title, mode, metadata, null);
    }

    /** As above. @return the thread that the request made, which is another one if it came before */
    public ThreadId create(
            ThreadId id,
            @Nullable String title,
            Mode mode,
            Map<String, Object> metadata,
            @Nullable RequestKey request) {
        Optional<ThreadId> made = repeats.earlier(request).map(Carried::thread);
        if (made.isPresent()) {
            return made.get();
        }
        sandboxes.of(id);
        try {
            var created = new ThreadCreated(title, mode, metadata);
            journal.append(Append.of(id, 0, List.of(created)).carryingOut(request));
            return id;
        } catch (RequestKnown e) {
            sandboxes.remove(id);
            return create(id, title, mode, metadata, request);
        }
    }

    /** The thread as it is now. */
    public ThreadState thread(ThreadId id) {
        ThreadState state = Turn.catchUp(journal, new ThreadState(id));
        if (state.seq() == 0) {
            throw Refused.unknownThread();
        }
        return state;
    }

    public boolean exists(ThreadId id) {
        return journal.lastSeq(id).isPresent();
    }

    /** The sequence of the thread's last event. */
    public long lastSeq(ThreadId id) {
        return journal.lastSeq(id).orElseThrow(Refused::unknownThread);
    }

    /** @throws IllegalArgumentException if the cursor isn't one of ours */
    public Journal.Page list(int limit, @Nullable String cursor, @Nullable String search) {
        return journal.list(limit, cursor, search);
    }

    /** Changes what describes a thread; null leaves a field as it is. */
    public ThreadState update(
            ThreadId id, @Nullable String title, @Nullable Mode mode, @Nullable Map<String, Object> metadata) {
        return write(id, state -> {
            List<Event> events = new ArrayList<>();
            events.add(new ThreadUpdated(title, mode, metadata));
            if (state.status() == Status.RUNNING) {
                state.snapshotAfter(events).ifPresent(events::add);
            }
            return events;
        });
    }

    /**
     * Begins a turn. The stream shows all of it, over interrupts, until it is over; cancelling the stream doesn't cancel
     * the turn.
     */
    public Multi<Seen> chat(ThreadId id, UserInput input) {
        return chat(id, input, (RequestKey) null);
    }

    /** As above; a request that comes again gets the stream of the turn that it began. */
    public Multi<Seen> chat(ThreadId id, UserInput input, @Nullable RequestKey request) {
        return chat(id, input, request, AgentOrchestrator::endsTurn);
    }

    /** As {@link #chat(ThreadId, UserInput)}, with a stream that ends after the first item that satisfies {@code last}. */
    public Multi<Seen> chat(ThreadId id, UserInput input, Predicate<Seen> last) {
        return chat(id, input, null, last);
    }

    private Multi<Seen> chat(ThreadId id, UserInput input, @Nullable RequestKey request, Predicate<Seen> last) {
        if (input.text().length() > settings.maxMessageChars()) {
            throw new Refused(
                    Code.INVALID_REQUEST,
                    "message: longer than " + settings.maxMessageChars()
                            + " characters (HOLDPOINT_MAX_MESSAGE_CHARS).");
        }
        if (turns.active() >= settings.maxActiveTurns()
                && repeats.earlier(request).isEmpty()) {
            throw Refused.overloaded(settings.maxActiveTurns());
        }
        long[] before = new long[1];
        write(id, request, state -> {
            before[0] = state.seq();
            return begin(state, input);
        });
        turns.start(id);
        return follow(id, before[0], last);
    }

    private static List<Event> begin(ThreadState state, UserInput input) {
        if (state.status() == Status.RUNNING || state.status() == Status.INTERRUPTED) {
            throw new Refused(
                    Code.RUN_ACTIVE,
                    state.status() == Status.RUNNING
                            ? "A turn is under way in this thread: wait for its end, or cancel it."
                            : "A turn of this thread waits for a decision: decide, or cancel it.");
        }
        List<Event> events = new ArrayList<>();
        events.add(new RunStarted(input.runId(), null, input.mode() == null ? state.mode() : input.mode()));
        events.add(new UserMessageAdded(input.messageId(), input.text()));
        if (state.summary().title() == null) {
            events.add(new ThreadUpdated(title(input.text()), null, null));
        }
        state.snapshotAfter(events).ifPresent(events::add);
        return events;
    }

    private static String title(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.codePointCount(0, line.length()) <= TITLE_CHARS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, TITLE_CHARS - 1)) + "…";
    }

    /** Decides everything that is pending in the same way. */
    public ThreadState resumeAll(ThreadId id, Decision decision) {
        return resumeAll(id, decision, null);
    }

    /** As above. @return the thread as it was when the request was carried out, if it came before */
    public ThreadState resumeAll(ThreadId id, Decision decision, @Nullable RequestKey request) {
        expire(id);
        return resume(id, Ids.run(), request, state -> decisions.all(state, decision, "user"));
    }

    /**
     * Decides on single calls. The turn goes on once nothing is pending.
     *
     * @param runId the id that the continuing run will have
     */
    public ThreadState resume(ThreadId id, List<DecisionRequest> requests, String runId) {
        return resume(id, requests, runId, (RequestKey) null);
    }

    /** As above. @return the thread as it was when the request was carried out, if it came before */
    public ThreadState resume(ThreadId id, List<DecisionRequest> requests, String runId, @Nullable RequestKey request) {
        expire(id);
        return resume(id, runId, request, state -> decisions.some(state, requests, "user"));
    }

    private ThreadState resume(
            ThreadId id,
            String runId,
            @Nullable RequestKey request,
            Function<ThreadState, List<ApprovalDecided>> decide) {
        ThreadState state = write(id, request, before -> {
            List<ApprovalDecided> made = decide.apply(before);
            List<Event> events = new ArrayList<>(made);
            if (!made.isEmpty() && made.size() == before.pending().size()) {
                events.add(new RunStarted(runId, before.runId().orElseThrow(), before.mode()));
            }
            return events;
        });
        if (state.status() == Status.RUNNING) {
            turns.goOn(id);
        }
        return state;
    }

    /** Rejects what has waited for too long. */
    private void expire(ThreadId id) {
        if (settings.interruptTtl() == null) {
            return;
        }
        Instant now = turns.now();
        try {
            resume(
                    id,
                    Ids.run(),
                    null,
                    state -> state.pending().stream()
                            .filter(i -> i.expiresAt() != null && !now.isBefore(i.expiresAt()))
                            .map(i -> new ApprovalDecided(i.id(), i.call().id(), expired(i), "system"))
                            .toList());
        } catch (Refused e) {
            // Deleted meanwhile: nothing waits any more.
        }
    }

    private static Decision expired(Interrupt interrupt) {
        return Decision.reject("nobody decided until " + interrupt.expiresAt() + ".");
    }

    /** Ends the turn that is under way or waiting: durable when this returns, carried out within 5 s. */
    public void cancel(ThreadId id) {
        write(id, state -> switch (state.status()) {
            case RUNNING -> List.of(new CancelRequested(state.runId().orElseThrow()));
            case INTERRUPTED -> {
                String runId = Ids.run();
                yield List.of(
                        new RunStarted(runId, state.runId().orElseThrow(), state.mode()), new CancelRequested(runId));
            }
            case IDLE, FAILED -> throw new Refused(Code.NOTHING_RUNNING, "No turn is under way in this thread.");
        });
        turns.stop(id);
    }

    /** Ends the turn, and removes the thread with its journal, its sandbox and its workspace. */
    public void delete(ThreadId id) {
        // The journal first: from here on nobody can begin anything on this thread, and what is under way can't go on.
        if (!journal.delete(id)) {
            throw Refused.unknownThread();
        }
        peers.deleted(id);
        forget(id);
    }

    private void forget(ThreadId id) {
        turns.abandon(id);
        live.gone(id);
        sandboxes.remove(id);
    }

    /** Another process deleted the thread; by now there may be a new one of the same id. */
    private void gone(ThreadId id) {
        if (!exists(id)) {
            forget(id);
        }
    }

    /**
     * Follows a thread from after a sequence: the journal first, then live.
     *
     * @param last the stream ends after the first item that satisfies it
     */
    public Multi<Seen> follow(ThreadId id, long after, Predicate<Seen> last) {
        return live.follow(id, after, last);
    }

    /** Whether a turn is over with this item. */
    public static boolean endsTurn(Seen seen) {
        return seen instanceof Seen.Fact(var r)
                && (r.event() instanceof Event.RunFinished || r.event() instanceof Event.RunFailed);
    }

    /** The sandbox of a thread, for a person's own commands and files. */
    public Sandbox sandbox(ThreadId id) {
        if (!exists(id)) {
            throw Refused.unknownThread();
        }
        return sandboxes.of(id);
    }

    /**
     * Runs a person's own command in the thread's sandbox, and blocks until it ended; a running turn goes on beside it.
     * A request that comes again gets the same answer, or is refused while the command still runs.
     *
     * @throws SandboxUnavailable if it was certainly not started
     */
    public PersonsExec exec(ThreadId id, String command, Duration timeout, @Nullable RequestKey request)
            throws SandboxUnavailable, InterruptedException {
        Sandbox sandbox = sandbox(id);
        return repeats.once(id, request, () -> personsCommands.run(sandbox, command, timeout));
    }

    public String sandboxBackend() {
        return sandboxes.backend();
    }

    public String sandboxState(ThreadId id) {
        return sandboxes.state(id);
    }

    /** Turns at work in this process. */
    public int activeTurns() {
        return turns.active();
    }

    /** Turns in this process that wait for a person. */
    public int waitingTurns() {
        return turns.waiting();
    }

    /**
     * Takes up every turn that was under way when the service stopped, and from now on those of other processes that
     * die. What still runs in their sandboxes is ended first: nobody is left to tell how it ends. Workspaces stay.
     */
    public void recover() {
        lease.join();
        turns.begin();
        peers.begin();
        lease.keep(turns::goOnWith, turns::letGo, this::chores);
    }

    private void chores() {
        expireAll();
        peers.poll();
        repeats.forgetSome();
    }

    private void expireAll() {
        if (settings.interruptTtl() != null) {
            journal.expired(turns.now()).forEach(this::expire);
        }
    }

    /** Whether {@link #close} was called: streams ended then, though their turns are not over. */
    public boolean isClosed() {
        return live.isClosed();
    }

    /**
     * Stops all work within some seconds, and ends all streams. Turns under way stay in the journal and are taken up by
     * the next start. May be called again.
     */
    @Override
    public void close() {
        turns.close();
        lease.close();
        following.close();
        peers.close();
        live.close();
    }

    private ThreadState write(ThreadId id, Function<ThreadState, List<? extends Event>> make) {
        return write(id, null, make);
    }

    /**
     * Appends what the function makes of the current state, and makes it anew when somebody else was faster. For a
     * request that was carried out before nothing is appended: the thread is returned as it was then.
     */
    private ThreadState write(
            ThreadId id, @Nullable RequestKey request, Function<ThreadState, List<? extends Event>> make) {
        ThreadState state = thread(id);
        while (true) {
            // Only now: if it is carried out after this look, this state is old, and the append fails.
            Optional<ThreadState> left = repeats.leftBy(id, request, make);
            if (left.isPresent()) {
                return left.get();
            }
            try {
                List<Event> events = List.copyOf(make.apply(state));
                return state.apply(
                        journal.append(Append.of(id, state.seq(), events).carryingOut(request)));
            } catch (SequenceConflict | RequestKnown e) {
                Turn.catchUp(journal, state);
            } catch (UnknownThread e) {
                throw Refused.unknownThread();
            }
        }
    }
}
