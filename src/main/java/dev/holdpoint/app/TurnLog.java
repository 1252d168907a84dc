package dev.holdpoint.app;

import dev.holdpoint.api.Wire;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Recorded;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Logs where turns begin, wait and end: with their ids, and without anything that was said. */
final class TurnLog implements TurnObserver {

    private static final Logger LOG = LoggerFactory.getLogger(TurnLog.class);

    @Override
    public void saw(Recorded recorded, ThreadFacts before) {
        switch (recorded.event()) {
            case RunStarted e ->
                with(
                        recorded,
                        e.runId(),
                        () -> LOG.debug(e.parentRunId() == null ? "a turn begins" : "a turn goes on"));
            case ApprovalRequested e ->
                with(recorded, e.runId(), () -> LOG.info("a turn waits for a person: {}", tools(e)));
            case Event.RunFinished e -> with(recorded, e.runId(), () -> LOG.info("a turn ended: success"));
            case RunFailed e ->
                with(recorded, e.runId(), () -> failed(e.failure().code()));
            case Event.ThreadCreated _,
                    Event.ThreadUpdated _,
                    Event.UserMessageAdded _,
                    Event.AssistantMessageAdded _,
                    Event.ApprovalDecided _,
                    Event.ToolCallStarted _,
                    Event.ToolCallFinished _,
                    Event.TodosChanged _,
                    Event.StateChanged _,
                    Event.CancelRequested _ -> {}
        }
    }

    private static List<String> tools(ApprovalRequested e) {
        return e.interrupts().stream()
                .map(Interrupt::call)
                .map(call -> call.name())
                .distinct()
                .toList();
    }

    private static void failed(Failure.Code code) {
        if (code == Failure.Code.CANCELLED) {
            LOG.info("a turn ended: cancelled");
        } else {
            LOG.warn("a turn ended: {}", Wire.name(code));
        }
    }

    private static void with(Recorded recorded, String runId, Runnable log) {
        MDC.put("thread_id", recorded.threadId().value());
        MDC.put("run_id", runId);
        try {
            log.run();
        } finally {
            MDC.clear();
        }
    }
}
