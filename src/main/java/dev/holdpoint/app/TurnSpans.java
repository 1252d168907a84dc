package dev.holdpoint.app;

import static dev.holdpoint.app.SpanKeys.COMPLETION_START;
import static dev.holdpoint.app.SpanKeys.CONTINUED;
import static dev.holdpoint.app.SpanKeys.DECIDED_BY;
import static dev.holdpoint.app.SpanKeys.DECISION;
import static dev.holdpoint.app.SpanKeys.EXIT_CODE;
import static dev.holdpoint.app.SpanKeys.FINISH_REASONS;
import static dev.holdpoint.app.SpanKeys.FIRST_TOKEN;
import static dev.holdpoint.app.SpanKeys.INPUT_MESSAGES;
import static dev.holdpoint.app.SpanKeys.INPUT_TOKENS;
import static dev.holdpoint.app.SpanKeys.INTERRUPT;
import static dev.holdpoint.app.SpanKeys.MODE;
import static dev.holdpoint.app.SpanKeys.OPERATION;
import static dev.holdpoint.app.SpanKeys.OUTCOME;
import static dev.holdpoint.app.SpanKeys.OUTPUT_MESSAGES;
import static dev.holdpoint.app.SpanKeys.OUTPUT_TOKENS;
import static dev.holdpoint.app.SpanKeys.PROVIDER;
import static dev.holdpoint.app.SpanKeys.REQUEST_MODEL;
import static dev.holdpoint.app.SpanKeys.RESPONSE_MODEL;
import static dev.holdpoint.app.SpanKeys.RUN;
import static dev.holdpoint.app.SpanKeys.TOOL_ARGUMENTS;
import static dev.holdpoint.app.SpanKeys.TOOL_CALL_ID;
import static dev.holdpoint.app.SpanKeys.TOOL_NAME;
import static dev.holdpoint.app.SpanKeys.TOOL_RESULT;
import static dev.holdpoint.app.SpanKeys.TOOL_TYPE;
import static dev.holdpoint.app.SpanKeys.TRUNCATED;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of events: a trace for each turn, with its model calls, tool calls and waits. Every span has the times of
 * the journal. A turn that this process comes to in the middle, as after a restart, gets a fresh trace for its rest.
 */
final class TurnSpans implements TurnObserver {

    private final Tracer tracer;
    private final Model model;
    private final boolean withContent;
    private final Map<ThreadId, TurnTrace> open = new HashMap<>();

    /** Who answers, by the conventions' name of the provider and the name that is asked for. */
    record Model(String provider, String name) {}

    /** @param withContent whether spans carry what was said; without it they carry names, numbers and ids only */
    TurnSpans(Tracer tracer, Model model, boolean withContent) {
        this.tracer = tracer;
        this.model = model;
        this.withContent = withContent;
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
            case UserMessageAdded e -> asked(trace, e);
            case AssistantMessageAdded e -> answered(trace, e, at);
            case ToolCallFinished e -> called(trace, e, before, at);
            case ApprovalDecided e -> decided(trace, e, before, at);
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
        trace.root().setAttribute(MODE, WireNames.of(e.mode()));
    }

    private void asked(TurnTrace trace, UserMessageAdded e) {
        if (withContent) {
            trace.content().addUser(e.text());
            trace.root().setAttribute(INPUT_MESSAGES, SpanContent.input(e.text()));
        }
    }

    private void answered(TurnTrace trace, AssistantMessageAdded e, Instant at) {
        Instant start = e.startedMillis() == 0 ? at : earlier(Instant.ofEpochMilli(e.startedMillis()), at);
        Span span = trace.child("chat " + model.name(), SpanKind.CLIENT, "generation", start);
        span.setAttribute(OPERATION, "chat");
        span.setAttribute(PROVIDER, model.provider());
        span.setAttribute(REQUEST_MODEL, model.name());
        span.setAttribute(RESPONSE_MODEL, e.model());
        span.setAttribute(FINISH_REASONS, List.of(e.finishReason()));
        span.setAttribute(INPUT_TOKENS, e.usage().inputTokens());
        span.setAttribute(OUTPUT_TOKENS, e.usage().outputTokens());
        if (e.firstTokenMillis() > 0) {
            span.setAttribute(FIRST_TOKEN, e.firstTokenMillis() / 1000.0);
            span.setAttribute(
                    COMPLETION_START, start.plusMillis(e.firstTokenMillis()).toString());
        }
        if (!e.complete()) {
            TurnTrace.fail(span, "incomplete");
        }
        if (withContent) {
            span.setAttribute(INPUT_MESSAGES, trace.content().takeInput());
            span.setAttribute(OUTPUT_MESSAGES, SpanContent.output(e));
            trace.root().setAttribute(OUTPUT_MESSAGES, SpanContent.output(e));
        }
        span.end(at);
    }

    private void called(TurnTrace trace, ToolCallFinished e, ThreadFacts before, Instant at) {
        String tool = before.tool(e.toolCallId()).orElse("unknown");
        Instant start = before.begun(e.toolCallId()).map(ThreadFacts.Begun::at).orElse(at);
        Instant end = e.durationMillis() == 0 ? at : earlier(start.plusMillis(e.durationMillis()), at);
        Span span = trace.child("execute_tool " + tool, SpanKind.INTERNAL, "tool", start);
        span.setAttribute(OPERATION, "execute_tool");
        span.setAttribute(TOOL_NAME, tool);
        span.setAttribute(TOOL_TYPE, "function");
        span.setAttribute(TOOL_CALL_ID, e.toolCallId());
        span.setAttribute(OUTCOME, WireNames.of(e.outcome()));
        span.setAttribute(TRUNCATED, e.truncated());
        if (e.exitCode() != null) {
            span.setAttribute(EXIT_CODE, e.exitCode().longValue());
        }
        if (isError(e.outcome())) {
            TurnTrace.fail(span, WireNames.of(e.outcome()));
        }
        if (withContent) {
            before.call(e.toolCallId()).ifPresent(call -> span.setAttribute(TOOL_ARGUMENTS, call.arguments()));
            span.setAttribute(TOOL_RESULT, SpanContent.cut(e.content()));
            trace.content().addToolResult(e.toolCallId(), e.content());
        }
        span.end(end);
    }

    /** A person's no, and a command's exit code, are no errors of the call. */
    private static boolean isError(Outcome outcome) {
        return switch (outcome) {
            case OK, EXITED, REJECTED, CANCELLED -> false;
            case ERROR, TIMED_OUT, OOM_KILLED, SANDBOX_LOST, OUTCOME_UNKNOWN -> true;
        };
    }

    private static void decided(TurnTrace trace, ApprovalDecided e, ThreadFacts before, Instant at) {
        before.waiting(e.interruptId())
                .ifPresent(waiting -> waited(
                        trace,
                        e.interruptId(),
                        waiting,
                        WireNames.of(e.decision().type()),
                        e.by(),
                        at));
    }

    private static void waited(
            TurnTrace trace, String interrupt, ThreadFacts.Waiting waiting, String decision, String by, Instant at) {
        Span span = trace.child("approval_wait " + waiting.tool(), SpanKind.INTERNAL, "span", waiting.since());
        span.setAttribute(TOOL_NAME, waiting.tool());
        span.setAttribute(TOOL_CALL_ID, waiting.toolCallId());
        span.setAttribute(INTERRUPT, interrupt);
        span.setAttribute(DECISION, decision);
        span.setAttribute(DECIDED_BY, by);
        span.end(at);
    }

    private void end(Recorded recorded, TurnTrace trace, ThreadFacts before, @Nullable Failure failure) {
        before.waiting().forEach((id, w) -> waited(trace, id, w, "none", "system", recorded.at()));
        open.remove(recorded.threadId());
        if (failure == null) {
            trace.end("success", false, recorded.at());
        } else {
            trace.end(WireNames.of(failure.code()), failure.code() != Failure.Code.CANCELLED, recorded.at());
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

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
