package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Ends a turn that was under way, or waited, when its journal was copied: it goes on in the original, if anywhere. */
final class Closing {

    private Closing() {}

    /**
     * What to append.
     *
     * @param lastAt when the last thing happened that was copied
     * @param why for a person
     */
    static List<Event> of(Summary summary, String runId, List<OpenCall> open, Instant lastAt, String why) {
        if (summary.status() == Status.IDLE || summary.status() == Status.FAILED) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        String run = runId;
        if (summary.status() == Status.INTERRUPTED) {
            // As a cancel does: after an interrupt nothing may come but another run.
            run = Ids.run();
            events.add(new RunStarted(run, runId, summary.mode()));
        }
        open.forEach(call -> events.add(ToolCalls.abandoned(call, lastAt)));
        events.add(new RunFailed(run, new Failure(Failure.Code.CANCELLED, why)));
        return events;
    }
}
