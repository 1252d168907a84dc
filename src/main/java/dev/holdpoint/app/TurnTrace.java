package dev.holdpoint.app;

import static dev.holdpoint.app.SpanKeys.AGENT;
import static dev.holdpoint.app.SpanKeys.CONVERSATION;
import static dev.holdpoint.app.SpanKeys.ERROR_TYPE;
import static dev.holdpoint.app.SpanKeys.LANGFUSE_SESSION;
import static dev.holdpoint.app.SpanKeys.LANGFUSE_USER;
import static dev.holdpoint.app.SpanKeys.OBSERVATION_TYPE;
import static dev.holdpoint.app.SpanKeys.OPERATION;
import static dev.holdpoint.app.SpanKeys.OUTCOME;
import static dev.holdpoint.app.SpanKeys.SESSION;
import static dev.holdpoint.app.SpanKeys.TRACE_NAME;
import static dev.holdpoint.app.SpanKeys.USER;

import dev.holdpoint.event.ThreadId;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;

/**
 * The trace of one turn: a root that is open while the turn goes on, and children that are made when they are over. What
 * Langfuse wants to know of a trace is on every span, as it asks for.
 */
final class TurnTrace {

    static final String AGENT_NAME = "holdpoint";
    static final String ROOT_NAME = "invoke_agent " + AGENT_NAME;
    private static final int MAX_USER_CHARS = 200;

    private final Tracer tracer;
    private final Attributes common;
    private final Span root;
    private final Context context;
    private final SpanContent content = new SpanContent();
    private Instant last;

    TurnTrace(Tracer tracer, ThreadId thread, Optional<String> userId, Instant at) {
        this.tracer = tracer;
        this.common = common(thread, userId);
        this.root = tracer.spanBuilder(ROOT_NAME)
                .setNoParent()
                .setStartTimestamp(at)
                .setAllAttributes(common)
                .setAttribute(OPERATION, "invoke_agent")
                .setAttribute(AGENT, AGENT_NAME)
                .setAttribute(OBSERVATION_TYPE, "agent")
                .startSpan();
        this.context = Context.root().with(root);
        this.last = at;
    }

    private static Attributes common(ThreadId thread, Optional<String> userId) {
        var attributes = Attributes.builder()
                .put(CONVERSATION, thread.value())
                .put(SESSION, thread.value())
                .put(LANGFUSE_SESSION, thread.value())
                .put(TRACE_NAME, ROOT_NAME);
        userId.map(id -> id.substring(0, Math.min(id.length(), MAX_USER_CHARS)))
                .ifPresent(id -> attributes.put(USER, id).put(LANGFUSE_USER, id));
        return attributes.build();
    }

    Span root() {
        return root;
    }

    SpanContent content() {
        return content;
    }

    void touch(Instant at) {
        last = at;
    }

    /** A child of the root; whoever asked for it ends it. */
    Span child(String name, SpanKind kind, String observationType, Instant start) {
        SpanBuilder builder = tracer.spanBuilder(name)
                .setParent(context)
                .setSpanKind(kind)
                .setStartTimestamp(start)
                .setAllAttributes(common)
                .setAttribute(OBSERVATION_TYPE, observationType);
        return builder.startSpan();
    }

    void end(String outcome, boolean failed, Instant at) {
        root.setAttribute(OUTCOME, outcome);
        if (failed) {
            fail(root, outcome);
        }
        root.end(at);
    }

    /** The turn isn't over, but its trace is: where it goes on, a fresh trace begins. */
    void breakOff() {
        root.setAttribute(OUTCOME, "unfinished");
        root.end(last);
    }

    static void fail(Span span, String errorType) {
        span.setAttribute(ERROR_TYPE, errorType);
        span.setStatus(StatusCode.ERROR, errorType);
    }
}
