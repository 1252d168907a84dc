package dev.holdpoint.app;

import static dev.holdpoint.app.SpanKeys.COMPLETION_START;
import static dev.holdpoint.app.SpanKeys.DECIDED_BY;
import static dev.holdpoint.app.SpanKeys.DECISION;
import static dev.holdpoint.app.SpanKeys.EXIT_CODE;
import static dev.holdpoint.app.SpanKeys.FINISH_REASONS;
import static dev.holdpoint.app.SpanKeys.FIRST_TOKEN;
import static dev.holdpoint.app.SpanKeys.INPUT_MESSAGES;
import static dev.holdpoint.app.SpanKeys.INPUT_TOKENS;
import static dev.holdpoint.app.SpanKeys.INTERRUPT;
import static dev.holdpoint.app.SpanKeys.OPERATION;
import static dev.holdpoint.app.SpanKeys.OUTCOME;
import static dev.holdpoint.app.SpanKeys.OUTPUT_MESSAGES;
import static dev.holdpoint.app.SpanKeys.OUTPUT_TOKENS;
import static dev.holdpoint.app.SpanKeys.PROVIDER;
import static dev.holdpoint.app.SpanKeys.REQUEST_MODEL;
import static dev.holdpoint.app.SpanKeys.RESPONSE_MODEL;
import static dev.holdpoint.app.SpanKeys.TOOL_ARGUMENTS;
import static dev.holdpoint.app.SpanKeys.TOOL_CALL_ID;
import static dev.holdpoint.app.SpanKeys.TOOL_NAME;
import static dev.holdpoint.app.SpanKeys.TOOL_RESULT;
import static dev.holdpoint.app.SpanKeys.TOOL_TYPE;
import static dev.holdpoint.app.SpanKeys.TRUNCATED;

import dev.holdpoint.api.Wire;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import java.util.List;

/** The children of a turn's trace: model calls, tool calls, and waits for people, each made when it is over. */
final class ChildSpans {

    private final Model model;
    private final boolean withContent;

    /** Who answers, by the conventions' name of the provider and the name that is asked for. */
    record Model(String provider, String name) {}

    /** @param withContent whether spans carry what was said; without it they carry names, numbers and ids only */
    ChildSpans(Model model, boolean withContent) {
        this.model = model;
        this.withContent = withContent;
    }

    void asked(TurnTrace trace, UserMessageAdded e) {
        if (withContent) {
            trace.content().addUser(e.text());
            trace.root().setAttribute(INPUT_MESSAGES, SpanContent.input(e.text()));
        }
    }

    void answered(TurnTrace trace, AssistantMessageAdded e, Instant at) {
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

    void called(TurnTrace trace, ToolCallFinished e, ThreadFacts before, Instant at) {
        String tool = before.tool(e.toolCallId()).orElse("unknown");
        Instant start = before.begun(e.toolCallId()).map(ThreadFacts.Begun::at).orElse(at);
        Instant end = e.durationMillis() == 0 ? at : earlier(start.plusMillis(e.durationMillis()), at);
        Span span = trace.child("execute_tool " + tool, SpanKind.INTERNAL, "tool", start);
        span.setAttribute(OPERATION, "execute_tool");
        span.setAttribute(TOOL_NAME, tool);
        span.setAttribute(TOOL_TYPE, "function");
        span.setAttribute(TOOL_CALL_ID, e.toolCallId());
        span.setAttribute(OUTCOME, Wire.name(e.outcome()));
        span.setAttribute(TRUNCATED, e.truncated());
        if (e.exitCode() != null) {
            span.setAttribute(EXIT_CODE, e.exitCode().longValue());
        }
        if (isError(e.outcome())) {
            TurnTrace.fail(span, Wire.name(e.outcome()));
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

    void decided(TurnTrace trace, ApprovalDecided e, ThreadFacts before, Instant at) {
        before.waiting(e.interruptId())
                .ifPresent(waiting -> waited(
                        trace, e.interruptId(), waiting, Wire.name(e.decision().type()), e.by(), at));
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

    /** What still waits when its turn ends was decided by nobody. */
    void undecided(TurnTrace trace, ThreadFacts before, Instant at) {
        before.waiting().forEach((id, waiting) -> waited(trace, id, waiting, "none", "system", at));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
