package dev.holdpoint.process;

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
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Recorded;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a journal is sound in itself, and holds what was acknowledged: once. */
final class JournalAudit {

    private final Talk talk;
    private final List<Recorded> events;
    private final Findings findings;
    private @Nullable String running;
    private @Nullable String last;

    JournalAudit(Talk talk, List<Recorded> events, Findings findings) {
        this.talk = talk;
        this.events = events;
        this.findings = findings;
    }

    void check() {
        for (int i = 0; i < events.size(); i++) {
            require(events.get(i).seq() == i + 1, "a gap", events.get(i));
            follow(events.get(i));
        }
        require(running == null, "a run without an end", events.getLast());
        talk.messages().forEach(this::checkMessage);
        talk.decisions()
                .forEach((interrupt, sent) ->
                        checkDecision(interrupt, sent.path("type").asText()));
        long cancels = count(CancelRequested.class, c -> true);
        require(cancels >= talk.cancels(), "cancels were acknowledged: " + talk.cancels(), cancels);
        in(AssistantMessageAdded.class).flatMap(m -> m.calls().stream()).forEach(c -> checkCall(c.id()));
    }

    /** Nothing stands between the end of a run and the begin of the next but what people say. */
    private void follow(Recorded recorded) {
        switch (recorded.event()) {
            case RunStarted e -> {
                require(running == null, "a run in a run", recorded);
                boolean goesOn = e.parentRunId() == null || e.parentRunId().equals(last);
                require(goesOn, "a run goes on with another than the last, " + last, recorded);
                running = e.runId();
            }
            case ApprovalRequested e -> end(recorded, e.runId());
            case RunFinished e -> end(recorded, e.runId());
            case RunFailed e -> {
                require(e.failure().code() == Failure.Code.CANCELLED, "a failure", recorded);
                end(recorded, e.runId());
            }
            case ThreadCreated _, ThreadUpdated _, ApprovalDecided _ -> {}
            case UserMessageAdded _,
                    AssistantMessageAdded _,
                    ToolCallStarted _,
                    ToolCallFinished _,
                    TodosChanged _,
                    StateChanged _,
                    CancelRequested _ -> require(running != null, "outside of a run", recorded);
        }
    }

    private void end(Recorded recorded, String run) {
        require(run.equals(running), "the end of another run than " + running, recorded);
        last = run;
        running = null;
    }

    private void checkMessage(String message, boolean acknowledged) {
        long there = count(UserMessageAdded.class, m -> m.text().equals(message));
        require(isOnce(there, acknowledged), "message " + message + ", acknowledged: " + acknowledged, there);
    }

    private void checkDecision(String interrupt, String type) {
        boolean acknowledged = talk.isAcknowledged(interrupt);
        long there = count(ApprovalDecided.class, d -> d.interruptId().equals(interrupt));
        require(isOnce(there, acknowledged), "decision on " + interrupt + ", acknowledged: " + acknowledged, there);
        in(ApprovalDecided.class)
                .filter(d -> d.interruptId().equals(interrupt))
                .forEach(d -> require(
                        d.decision().type().name().toLowerCase(Locale.ROOT).equals(type), "sent was " + type, d));
    }

    private static boolean isOnce(long there, boolean acknowledged) {
        return there == 1 || (there == 0 && !acknowledged);
    }

    private void checkCall(String call) {
        long starts = count(ToolCallStarted.class, s -> s.toolCallId().equals(call));
        long ends = count(ToolCallFinished.class, f -> f.toolCallId().equals(call));
        require(starts <= 1, "starts of " + call, starts);
        require(ends == 1, "results of " + call, ends);
    }

    private <E extends Event> long count(Class<E> type, Predicate<E> wanted) {
        return in(type).filter(wanted).count();
    }

    private <E extends Event> Stream<E> in(Class<E> type) {
        return events.stream().map(Recorded::event).filter(type::isInstance).map(type::cast);
    }

    private void require(boolean holds, String what, Object evidence) {
        findings.require(holds, talk.thread(), what, evidence);
    }
}
