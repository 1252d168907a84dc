package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.CancelRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.StateChanged;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.TodosChanged;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A thread as its journal tells it: the fold over its events. Confined to one thread of execution. */
public final class ThreadState {

    /** What an event costs besides its text, in characters. */
    private static final int EVENT = 100;

    private final ThreadId id;
    private long seq;
    private Summary summary = Summary.NONE;
    private @Nullable StateChanged shown;
    private @Nullable Run run;
    private @Nullable String turnId;
    /** The tools that were started in this turn. */
    private final Set<String> started = new HashSet<>();

    private final Set<String> runIds = new HashSet<>();
    private boolean cancelRequested;
    private Duration workedBefore = Duration.ZERO;
    private final List<Event> conversation = new ArrayList<>();
    private final OpenCalls open = new OpenCalls();
    private final Map<String, ApprovalDecided> decided = new LinkedHashMap<>();
    private final Map<String, ApprovalDecided> decidedCalls = new HashMap<>();
    private final List<ApprovalDecided> decidedInTurn = new ArrayList<>();
    private final Map<String, Long> decidedAt = new HashMap<>();

    /** Characters of the conversation, more or less. */
    private long size;

    ThreadState(ThreadId id) {
        this.id = id;
    }

    /** The same state, which goes its own way from here. */
    ThreadState copy() {
        ThreadState copy = new ThreadState(id);
        copy.seq = seq;
        copy.summary = summary;
        copy.shown = shown;
        copy.run = run;
        copy.turnId = turnId;
        copy.started.addAll(started);
        copy.runIds.addAll(runIds);
        copy.cancelRequested = cancelRequested;
        copy.workedBefore = workedBefore;
        copy.conversation.addAll(conversation);
        copy.open.addAll(open);
        copy.decided.putAll(decided);
        copy.decidedCalls.putAll(decidedCalls);
        copy.decidedInTurn.addAll(decidedInTurn);
        copy.decidedAt.putAll(decidedAt);
        copy.size = size;
        return copy;
    }

    ThreadState apply(List<Recorded> events) {
        events.forEach(this::apply);
        return this;
    }

    private void apply(Recorded recorded) {
        if (recorded.seq() != seq + 1) {
            throw new IllegalStateException("event " + recorded.seq() + " after " + seq + " in " + id);
        }
        seq = recorded.seq();
        summary = summary.after(recorded.event(), recorded.at());
        open.apply(recorded);
        size += EVENT + characters(recorded.event());
        switch (recorded.event()) {
            case RunStarted e -> startRun(e, recorded.at());
            case UserMessageAdded e -> conversation.add(e);
            case AssistantMessageAdded e -> conversation.add(e);
            case ApprovalRequested _ -> ask(recorded.at());
            case ApprovalDecided e -> decide(e, recorded.seq());
            case ToolCallFinished e -> conversation.add(e);
            case StateChanged e -> shown = e;
            case CancelRequested _ -> cancelRequested = true;
            case RunFinished _, RunFailed _ -> cancelRequested = false;
            case ToolCallStarted e -> started.add(e.tool());
            case ThreadCreated _, ThreadUpdated _, TodosChanged _ -> {}
        }
    }

    private static long characters(Event event) {
        return switch (event) {
            case UserMessageAdded e -> e.text().length();
            case AssistantMessageAdded e ->
                (long) e.text().length()
                        + e.reasoning().length()
                        + e.calls().stream()
                                .mapToLong(c -> c.arguments().length())
                                .sum();
            case ApprovalRequested e ->
                e.interrupts().stream().mapToLong(i -> i.rendering().length()).sum();
            case ToolCallFinished e -> e.content().length();
            case ApprovalDecided _,
                    CancelRequested _,
                    RunFailed _,
                    RunFinished _,
                    RunStarted _,
                    StateChanged _,
                    ThreadCreated _,
                    ThreadUpdated _,
                    TodosChanged _,
                    ToolCallStarted _ -> 0;
        };
    }

    private void startRun(RunStarted e, Instant at) {
        if (e.parentRunId() == null) {
            workedBefore = Duration.ZERO;
            decidedInTurn.clear();
            started.clear();
            turnId = e.runId();
        }
        run = new Run(e.runId(), at);
        runIds.add(e.runId());
        cancelRequested = false;
    }

    private void ask(Instant at) {
        if (run != null) {
            workedBefore = workedBefore.plus(Duration.between(run.startedAt(), at));
        }
    }

    private void decide(ApprovalDecided e, long at) {
        decidedAt.put(e.interruptId(), at);
        decidedInTurn.add(e);
        decided.put(e.interruptId(), e);
        decidedCalls.put(e.toolCallId(), e);
    }

    /** What the loop has to do now. */
    Step next(Duration turnTimeout, Instant now) {
        if (status() != Status.RUNNING) {
            return Step.REST;
        }
        if (cancelRequested) {
            return Step.CANCEL;
        }
        if (worked(now).compareTo(turnTimeout) >= 0) {
            return Step.OUT_OF_TIME;
        }
        if (!open.isEmpty()) {
            return Step.RUN_CALLS;
        }
        boolean answered = !conversation.isEmpty() && conversation.getLast() instanceof AssistantMessageAdded;
        return answered ? Step.FINISH : Step.ASK_MODEL;
    }

    enum Step {
        ASK_MODEL,
        RUN_CALLS,
        FINISH,
        CANCEL,
        OUT_OF_TIME,
        /** Nothing to do until a person acts. */
        REST
    }

    /** Nobody worked between the last event and now: what the turn is charged with goes on from here. */
    void pausedUntil(Instant now) {
        if (now.isAfter(summary.updatedAt())) {
            workedBefore = workedBefore.minus(Duration.between(summary.updatedAt(), now));
        }
    }

    /** Working time of the turn so far; waiting for people isn't work. */
    Duration worked(Instant now) {
        return run == null ? workedBefore : workedBefore.plus(Duration.between(run.startedAt(), now));
    }

    /** Answers of the model since the person's last message. */
    int stepsInTurn() {
        return (int)
                turn().stream().filter(AssistantMessageAdded.class::isInstance).count();
    }

    /** How many answers at the end of this turn ask for exactly the same calls. */
    int repeatedAnswers() {
        List<AssistantMessageAdded> answers = turn().stream()
                .filter(AssistantMessageAdded.class::isInstance)
                .map(AssistantMessageAdded.class::cast)
                .toList();
        if (answers.isEmpty() || answers.getLast().calls().isEmpty()) {
            return 0;
        }
        List<String> last = content(answers.getLast());
        int same = 0;
        for (AssistantMessageAdded answer : answers.reversed()) {
            if (!content(answer).equals(last)) {
                break;
            }
            same++;
        }
        return same;
    }

    private static List<String> content(AssistantMessageAdded answer) {
        return answer.calls().stream().map(c -> c.name() + ' ' + c.arguments()).toList();
    }

    /** How many answers at the end of this turn were cut by the model's length limit. */
    int cutAnswers() {
        int cut = 0;
        for (Event e : turn().reversed()) {
            if (e instanceof AssistantMessageAdded answer) {
                if (!answer.finishReason().equals("length")) {
                    break;
                }
                cut++;
            }
        }
        return cut;
    }

    private List<Event> turn() {
        for (int i = conversation.size() - 1; i >= 0; i--) {
            if (conversation.get(i) instanceof UserMessageAdded) {
                return conversation.subList(i, conversation.size());
            }
        }
        return conversation;
    }

    /** What a client would show after these events; empty if that's what it shows already. */
    Optional<StateChanged> snapshotAfter(List<Event> events) {
        Summary after = summary;
        for (Event event : events) {
            after = after.after(event, after.updatedAt());
        }
        var snapshot = new StateChanged(after.todos(), after.title(), after.usage(), after.mode());
        return snapshot.equals(shown) ? Optional.empty() : Optional.of(snapshot);
    }

    /** The calls without a result, in the model's order. */
    List<OpenCall> open() {
        return open.all();
    }

    /** The interrupts that wait for a person, in the model's order. */
    public List<Interrupt> pending() {
        return status() == Status.INTERRUPTED ? open.pending() : List.of();
    }

    /** What was decided on an interrupt of this thread, ever. */
    Optional<ApprovalDecided> decided(String interruptId) {
        return Optional.ofNullable(decided.get(interruptId));
    }

    /** What was decided last on a call: in a fork it may have been decided in the original, too. */
    Optional<ApprovalDecided> decidedCall(String toolCallId) {
        return Optional.ofNullable(decidedCalls.get(toolCallId));
    }

    /** Where an interrupt's decision stands in the journal; the journal's end if it isn't decided. */
    public long decidedAt(String interruptId) {
        return decidedAt.getOrDefault(interruptId, seq);
    }

    /** The decisions of this turn, oldest first. */
    List<ApprovalDecided> decisionsInTurn() {
        return List.copyOf(decidedInTurn);
    }

    /** User messages, answers and tool results, in order. */
    public List<Event> conversation() {
        return Collections.unmodifiableList(conversation);
    }

    /** What it takes to keep this, in characters, more or less. */
    long size() {
        return size;
    }

    public ThreadId id() {
        return id;
    }

    public long seq() {
        return seq;
    }

    public Summary summary() {
        return summary;
    }

    public Status status() {
        return summary.status();
    }

    public Mode mode() {
        return summary.mode();
    }

    boolean isCancelRequested() {
        return cancelRequested;
    }

    /** Whether there ever was a run with this id. */
    public boolean hasRun(String runId) {
        return runIds.contains(runId);
    }

    /** The id of the first run of the turn under way, or of the last one. */
    public Optional<String> turnId() {
        return Optional.ofNullable(turnId);
    }

    /** The tools that were started in this turn, at least once. */
    Set<String> startedInTurn() {
        return Collections.unmodifiableSet(started);
    }

    /** The id of the run under way, or of the last one. */
    public Optional<String> runId() {
        return Optional.ofNullable(run).map(Run::id);
    }
}
