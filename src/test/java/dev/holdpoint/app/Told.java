package dev.holdpoint.app;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Events for tests of those who look on. */
final class Told {

    static final String SECRET_ARGS = "{\"command\":\"cat private-plan\"}";

    private Told() {}

    static Event created(Map<String, Object> metadata) {
        return new ThreadCreated(null, Mode.BUILD, metadata);
    }

    static Event run(String id) {
        return new RunStarted(id, null, Mode.BUILD);
    }

    static Event runAfter(String id, String parent) {
        return new RunStarted(id, parent, Mode.BUILD);
    }

    static Event said(String text) {
        return new UserMessageAdded("msg_u", text);
    }

    static Event answered(Instant asked, String text, ToolCall... calls) {
        return new AssistantMessageAdded(
                "msg_a",
                text,
                "",
                Arrays.asList(calls),
                new Usage(11, 7),
                "answered-1",
                calls.length == 0 ? "stop" : "tool_calls",
                true,
                asked.toEpochMilli(),
                250);
    }

    static ToolCall call(String id, String tool) {
        return new ToolCall(id, tool, SECRET_ARGS);
    }

    static Event asks(String interrupt, ToolCall call) {
        return new ApprovalRequested(
                "run_1",
                List.of(new Interrupt(interrupt, call, "digest", "gated", "private rendering", null, List.of(), null)));
    }

    static Event approved(String interrupt, String callId) {
        return new ApprovalDecided(interrupt, callId, Decision.approve(), "user");
    }

    static Event begun(String callId, String tool) {
        return new ToolCallStarted(callId, tool, "digest", null);
    }

    static Event done(String callId, Outcome outcome, Integer exitCode) {
        return new ToolCallFinished(callId, outcome, "private output", exitCode, false, 400);
    }

    static Event refused(String callId, Outcome outcome) {
        return new ToolCallFinished(callId, outcome, "no", null, false, 0);
    }
}
