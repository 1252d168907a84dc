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
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ToolCall;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks, event by event, that a journal from elsewhere tells what could have happened here. Keeps no text of the
 * conversation, however long it is.
 */
final class SoundHistory {

    /** Title, metadata and plan together: what is kept of every thread for lists. */
    static final int MAX_SUMMARY_CHARS = 2 << 20;

    /** An event that can't follow those before it. */
    static final class Unsound extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsound(String what) {
            super(what);
        }
    }

    private final OpenCalls open = new OpenCalls();
    private final Set<String> callIds = new HashSet<>();
    private Summary summary = Summary.NONE;
    private String runId = "";
    private long seq;
    private Instant lastAt = Instant.EPOCH;

    /** @throws Unsound if the event can't follow those before it */
    void add(Recorded recorded) {
        Event event = recorded.event();
        require(event instanceof ThreadCreated == (seq == 0), "a thread is created once, by its first event");
        check(event);
        if (event instanceof RunStarted e) {
            runId = e.runId();
        }
        summary = after(event, recorded.at());
        open.apply(recorded);
        seq = recorded.seq();
        lastAt = recorded.at();
    }

    private Summary after(Event event, Instant at) {
        try {
            return summary.after(event, at);
        } catch (IllegalArgumentException e) {
            throw new Unsound(String.valueOf(e.getMessage()));
        }
    }

    private void check(Event event) {
        switch (event) {
            case ThreadCreated e -> checkSize(e.title(), e.metadata());
            case ThreadUpdated e -> checkSize(e.title(), e.metadata() == null ? "" : e.metadata());
            case RunStarted e -> checkStart(e);
            case UserMessageAdded _ -> requireAnswered("a message");
            case AssistantMessageAdded e -> {
                requireAnswered("an answer");
                e.calls().forEach(this::checkNew);
            }
            case ApprovalRequested e -> {
                requireRun(e.runId());
                e.interrupts().forEach(this::checkInterrupt);
            }
            case ApprovalDecided e -> checkDecision(e);
            case ToolCallStarted e -> checkBegun(e);
            case ToolCallFinished e -> call(e.toolCallId(), "a result");
            case TodosChanged e -> {
                requireRunning("a change of the plan");
                checkSize(null, e.todos());
            }
            case StateChanged e -> {
                requireRunning("a snapshot");
                checkSize(e.title(), e.todos());
            }
            case CancelRequested e -> requireRun(e.runId());
            case RunFinished e -> checkEnd(e.runId());
            case RunFailed e -> checkEnd(e.runId());
        }
    }

    private void checkStart(RunStarted e) {
        require(summary.status() != Status.RUNNING, "a run starts while another one is under way");
        String parent = summary.status() == Status.INTERRUPTED ? runId : null;
        require(
                parent == null ? e.parentRunId() == null : parent.equals(e.parentRunId()),
                "a run goes on with the one that was interrupted, and with no other");
    }

    private void checkEnd(String run) {
        requireRun(run);
        require(open.isEmpty(), "a run ends while a call has no result");
    }

    private void checkNew(ToolCall call) {
        require(callIds.add(call.id()), "a call has the id of an earlier one");
    }

    private void checkInterrupt(Interrupt interrupt) {
        OpenCall call = call(interrupt.call().id(), "an approval");
        require(call.call().equals(interrupt.call()), "an approval shows another call than the one that was made");
    }

    private void checkDecision(ApprovalDecided e) {
        require(
                open.find(e.toolCallId())
                        .filter(OpenCall::isPending)
                        .map(OpenCall::interrupt)
                        .filter(i -> i.id().equals(e.interruptId()))
                        .isPresent(),
                "a decision on something that doesn't wait for one");
    }

    private void checkBegun(ToolCallStarted e) {
        OpenCall call = call(e.toolCallId(), "a start");
        require(call.call().name().equals(e.tool()), "a start of another tool than the one that was called");
        require(!call.isPending(), "a start of a call that waits for a decision");
    }

    private void checkSize(@Nullable String title, Object other) {
        long chars =
                (title == null ? 0 : title.length()) + (long) other.toString().length();
        require(chars <= MAX_SUMMARY_CHARS, "title, metadata or plan is too long");
    }

    private OpenCall call(String id, String what) {
        requireRunning(what);
        return open.find(id).orElseThrow(() -> new Unsound(what + " without an open call of this id"));
    }

    private void requireAnswered(String what) {
        requireRunning(what);
        require(open.isEmpty(), what + " while a call has no result");
    }

    private void requireRun(String run) {
        requireRunning("an event of a run");
        require(run.equals(runId), "an event of a run that isn't under way");
    }

    private void requireRunning(String what) {
        require(summary.status() == Status.RUNNING, what + " while no run is under way");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Unsound(what);
        }
    }

    long seq() {
        return seq;
    }

    /** What ends all that is left open, so that nothing of it can ever run. */
    List<Event> closing(String why) {
        return Closing.of(summary, runId, open.all(), lastAt, why);
    }
}
