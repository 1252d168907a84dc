package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.CancelRequested;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalLines;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.Link;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.ToolSettings;
import dev.holdpoint.tool.Toolbox;
import io.smallrye.mutiny.Multi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The only entry to the agents: everything that a client can ask of a thread. Methods block on the store for
 * milliseconds and return; turns go on by themselves. Each throws {@link Refused} for what can't be done, without any
 * effect.
 */
public class AgentOrchestrator implements AutoCloseable {

    private final Journal journal;
    private final Lease lease;
    private final Chores chores;
    private final ThreadSandboxes sandboxes;
    private final Processes processes;
    private final Turns turns;
    private final LiveThreads live;
    private final Threads threads;
    private final ThreadLives lives;
    private final HoldPoints holdPoints;
    private final Repeats repeats;
    private final AgentSettings settings;
    private final Histories histories;
    private final Retention retention;
    private final Orphans orphans;
    private final Peers peers;
    private final Journal.Subscription following;

    /**
     * Puts the room together.
     *
     * @param replicas the processes on this journal's store, of which this is one
     * @param link to the others
     * @param processes what this process runs in the background; ended when this is closed
     * @param streams what bounds each follower
     */
    public static AgentOrchestrator of(
            Journal journal,
            Replicas replicas,
            Link link,
            Llm llm,
            Sandboxes sandboxes,
            Processes processes,
            Toolbox toolbox,
            ApprovalPolicy policy,
            AgentSettings settings,
            ToolSettings toolSettings,
            StreamSettings streams,
            Clock clock) {
        var gate = new Gate(toolbox, policy, settings.interruptTtl());
        var calls = new ToolCalls(gate, toolbox, sandboxes, processes, settings.maxRepeatedCalls(), clock);
        var loop =
                new AgentLoop(llm, toolbox, calls, new Prompt(settings.systemPromptAppend(), clock), settings, clock);
        var live = new LiveThreads(journal, streams);
        var states = new ThreadStates(journal, settings.keptChars());
        var lease = new Lease(replicas, sandboxes);
        var turns = new Turns(journal, states, lease, loop, live, settings.turnTimeout(), clock);
        var repeats = new Repeats(journal, settings.requestTtl(), clock);
        var threads = new Threads(journal, states, repeats);
        var holdPoints =
                new HoldPoints(journal, threads, turns, new Decisions(toolbox), settings.interruptTtl(), clock);
        return new AgentOrchestrator(
                journal,
                lease,
                new Chores(lease, replicas, sandboxes),
                link,
                sandboxes,
                processes,
                turns,
                live,
                threads,
                holdPoints,
                repeats,
                settings,
                toolSettings,
                new Histories(
                        journal,
                        sandboxes,
                        new Renewal(gate, sandboxes, processes),
                        settings.maxMessageChars(),
                        clock));
    }

    private AgentOrchestrator(
            Journal journal,
            Lease lease,
            Chores chores,
            Link link,
            Sandboxes sandboxes,
            Processes processes,
            Turns turns,
            LiveThreads live,
            Threads threads,
            HoldPoints holdPoints,
            Repeats repeats,
            AgentSettings settings,
            ToolSettings toolSettings,
            Histories histories) {
        this.journal = journal;
        this.lease = lease;
        this.chores = chores;
        this.sandboxes = new ThreadSandboxes(journal, threads, sandboxes, processes, repeats, toolSettings);
        this.processes = processes;
        this.turns = turns;
        this.live = live;
        this.threads = threads;
        this.holdPoints = holdPoints;
        this.repeats = repeats;
        this.settings = settings;
        this.histories = histories;
        this.lives = new ThreadLives(journal, sandboxes, processes, turns, live, repeats);
        this.retention = new Retention(journal, settings.retention(), lives::ended, turns::now);
        this.orphans = new Orphans(journal, sandboxes, lives::gone);
        this.peers = new Peers(lease.holder(), link, journal, live, turns, lives::gone);
        lives.onDeleted(peers::deleted);
        this.following = journal.follow(this::appended);
    }

    private void appended(List<Recorded> batch) {
        live.appended(batch);
        peers.moved(batch.getLast().threadId(), batch.getLast().seq());
    }

    /**
     * Makes a thread; it is durable and its workspace exists when this returns. Nothing that was left of a deleted thread
     * of the same id is in it.
     *
     * @param request the client's key for it, if it has one
     * @return the thread that the request made: another one if it came before
     */
    public ThreadId create(
            ThreadId id,
            @Nullable String title,
            Mode mode,
            Map<String, Object> metadata,
            @Nullable RequestKey request) {
        return lives.begin(id, new ThreadCreated(title, mode, metadata), request);
    }

    /** The thread as it is now. */
    public ThreadState thread(ThreadId id) {
        return threads.state(id);
    }

    public boolean exists(ThreadId id) {
        return threads.exists(id);
    }

    /** The sequence of the thread's last event. */
    public long lastSeq(ThreadId id) {
        return journal.lastSeq(id).orElseThrow(Refused::unknownThread);
    }

    /** @throws IllegalArgumentException if the cursor isn't one of ours */
    public Journal.Page list(int limit, @Nullable String cursor, Journal.Wanted wanted) {
        return journal.list(limit, cursor, wanted);
    }

    /** Changes what describes a thread; null leaves a field as it is. */
    public ThreadState update(
            ThreadId id, @Nullable String title, @Nullable Mode mode, @Nullable Map<String, Object> metadata) {
        return threads.write(id, null, state -> {
            List<Event> events = new ArrayList<>();
            events.add(new ThreadUpdated(title, mode, metadata));
            if (state.status() == Status.RUNNING) {
                state.snapshotAfter(events).ifPresent(events::add);
            }
            return events;
        });
    }

    /**
     * Begins a turn; cancelling the stream doesn't cancel it. A request that comes again gets the stream of the turn that
     * it began.
     *
     * @param request the client's key for it, if it has one
     * @param last the stream ends after the first item that satisfies it
     */
    public Multi<Seen> chat(ThreadId id, UserInput input, @Nullable RequestKey request, Predicate<Seen> last) {
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
        threads.write(id, request, state -> {
            before[0] = state.seq();
            return input.begin(state);
        });
        turns.start(id);
        return follow(id, before[0], last);
    }

    /**
     * Decides everything that is pending in the same way.
     *
     * @param request the client's key for it, if it has one
     * @return the thread after the request, now or when it came before
     */
    public ThreadState resumeAll(ThreadId id, Decision decision, @Nullable RequestKey request) {
        return holdPoints.decideAll(id, decision, request);
    }

    /**
     * Decides on single calls. The turn goes on once nothing is pending.
     *
     * @param runId the id that the continuing run will have
     * @param request the client's key for it, if it has one
     * @return the thread after the request, now or when it came before
     */
    public ThreadState resume(ThreadId id, List<DecisionRequest> requests, String runId, @Nullable RequestKey request) {
        return holdPoints.decide(id, requests, runId, request);
    }

    /** Ends the turn that is under way or waiting: durable when this returns, carried out within 5 s. */
    public void cancel(ThreadId id) {
        try {
            requestCancel(id);
        } catch (JournalUnavailable e) {
            // It may be stored all the same; a turn for which it isn't just looks around and goes on.
            turns.stop(id);
            throw e;
        }
        turns.stop(id);
    }

    private void requestCancel(ThreadId id) {
        threads.write(id, null, state -> switch (state.status()) {
            case RUNNING -> List.of(new CancelRequested(state.runId().orElseThrow()));
            case INTERRUPTED -> {
                String runId = Ids.run();
                yield List.of(
                        new RunStarted(runId, state.runId().orElseThrow(), state.mode()), new CancelRequested(runId));
            }
            case IDLE, FAILED -> throw new Refused(Code.NOTHING_RUNNING, "No turn is under way in this thread.");
        });
    }

    /** Ends the turn, and removes the thread with its journal, its sandbox and its workspace. */
    public void delete(ThreadId id) {
        lives.end(id);
    }

    /** Writes a thread's journal as a file; see {@link JournalLines}. */
    public void export(ThreadId id, OutputStream out) throws IOException {
        histories.export(id, out);
    }

    /** Makes a thread of such a file. Whatever was open in it is ended: nothing of it runs by itself. */
    public ThreadId load(SeekableByteChannel file) throws IOException {
        return histories.load(file);
    }

    /**
     * Makes a thread that is as this one was after an event, with the files as they are now.
     *
     * @param at the sequence of that event
     * @param title null for the same
     */
    public ThreadState fork(ThreadId from, long at, @Nullable String title) throws IOException {
        return thread(histories.fork(from, at, title));
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

    /** What people see and do in the sandboxes of threads, beside the turns. */
    public ThreadSandboxes sandboxes() {
        return sandboxes;
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
        lease.join(turns::lost);
        turns.begin();
        peers.begin();
        chores.begin(List.of(this::takeUp, holdPoints::expire, peers::poll, repeats::forgetSome));
        retention.begin();
        orphans.begin();
    }

    private void takeUp() {
        lease.mine().forEach(turns::goOnWith);
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
        retention.close();
        orphans.close();
        chores.close();
        turns.close();
        processes.close();
        lease.close();
        following.close();
        peers.close();
        live.close();
    }
}
