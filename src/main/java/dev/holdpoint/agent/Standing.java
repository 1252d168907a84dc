package dev.holdpoint.agent;

import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Summary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a thread stands, without its conversation: small however long the journal is. */
final class Standing {

    private final OpenCalls open = new OpenCalls();
    private Summary summary = Summary.NONE;
    private String runId = "";
    private long seq;
    private Instant lastAt = Instant.EPOCH;

    /** @throws IllegalArgumentException if the event's numbers can't be added to those before it */
    void apply(Recorded recorded) {
        summary = summary.after(recorded.event(), recorded.at());
        if (recorded.event() instanceof RunStarted e) {
            runId = e.runId();
        }
        open.apply(recorded);
        seq = recorded.seq();
        lastAt = recorded.at();
    }

    Summary summary() {
        return summary;
    }

    /** The run under way, or the last one; empty text before the first. */
    String runId() {
        return runId;
    }

    long seq() {
        return seq;
    }

    /** When the last thing happened. */
    Instant lastAt() {
        return lastAt;
    }

    /** The calls without a result, in the model's order. */
    List<OpenCall> open() {
        return open.all();
    }

    Optional<OpenCall> open(String callId) {
        return open.find(callId);
    }

    /** Whether a call waits for a person. */
    boolean waits() {
        return !open.pending().isEmpty();
    }
}
