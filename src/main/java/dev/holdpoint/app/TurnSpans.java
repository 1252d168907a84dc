package dev.holdpoint.app;

import static dev.holdpoint.app.SpanKeys.CONTINUED;
import static dev.holdpoint.app.SpanKeys.MODE;
import static dev.holdpoint.app.SpanKeys.RUN;

import dev.holdpoint.api.Wire;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of events: a trace for each turn, with its model calls, tool calls and waits. Every span has the times of
 * the journal. A turn that this process comes to in the middle, as after a restart, gets a fresh trace for its rest.
 */
final class TurnSpans implements TurnObserver {

    private final Tracer tracer;
    private final ChildSpans children;
    private final Map<ThreadId, TurnTrace> open = new HashMap<>();

    TurnSpans(Tracer tracer, ChildSpans children) {
        this.tracer = tracer;
        this.children = children;
    }

    @Override
    public void saw(Recorded recorded, ThreadFacts before) {
        TurnTrace trace = trace(recorded, before);
        if (trace == null) {
            return;
        }
        Instant at = recorded.at();
        trace.touch(at);
        switch (recorded.event()) {
            case RunStarted e -> runStarted(trace, e);
            case UserMessageAdded e -> children.asked(trace, e);
            case AssistantMessageAdded e -> children.answered(trace, e, at);
            case ToolCallFinished e -> children.called(trace, e, before, at);
            case ApprovalDecided e -> children.decided(trace, e, before, at);
            case Event.RunFinished _ -> end(recorded, trace, before, null);
            case RunFailed e -> end(recorded, trace, before, e.failure());
            case Event.ThreadCreated _,
                    Event.ThreadUpdated _,
                    Event.ApprovalRequested _,
                    Event.ToolCallStarted _,
                    Event.TodosChanged _,
                    Event.StateChanged _,
                    Event.CancelRequested _ -> {}
        }
    }

    private @Nullable TurnTrace trace(Recorded recorded, ThreadFacts before) {
        ThreadId id = recorded.threadId();
        boolean begins = recorded.event() instanceof RunStarted e && e.parentRunId() == null;
        if (begins) {
            forgot(id);
        }
        if (!open.containsKey(id) && ThreadFacts.isOfTurn(recorded.event())) {
            TurnTrace trace = new TurnTrace(tracer, id, before.userId(), recorded.at());
            if (!begins) {
                trace.root().setAttribute(CONTINUED, true);
            }
            open.put(id, trace);
        }
        return open.get(id);
    }

    private static void runStarted(TurnTrace trace, RunStarted e) {
        trace.root().setAttribute(RUN, e.runId());
        trace.root().setAttribute(MODE, Wire.name(e.mode()));
    }

    private void end(Recorded recorded, TurnTrace trace, ThreadFacts before, @Nullable Failure failure) {
        children.undecided(trace, before, recorded.at());
        open.remove(recorded.threadId());
        if (failure == null) {
            trace.end("success", false, recorded.at());
        } else {
            trace.end(Wire.name(failure.code()), failure.code() != Failure.Code.CANCELLED, recorded.at());
        }
    }

    @Override
    public void forgot(ThreadId thread) {
        TurnTrace trace = open.remove(thread);
        if (trace != null) {
            trace.breakOff();
        }
    }

    /** Turns that wait, or were cut off by the stop, show what there is of them; the next start makes a fresh trace. */
    @Override
    public void close() {
        open.values().forEach(TurnTrace::breakOff);
        open.clear();
    }
}
