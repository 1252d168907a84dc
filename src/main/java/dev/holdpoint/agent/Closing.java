package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Status;
import java.util.ArrayList;
import java.util.List;

/** Ends a turn that was under way, or waited, when its journal was copied: it goes on in the original, if anywhere. */
final class Closing {

    private Closing() {}

    /**
     * What to append.
     *
     * @param copied how the thread stood after the last event that was copied
     * @param why for a person
     */
    static List<Event> of(Standing copied, String why) {
        Status status = copied.summary().status();
        if (status == Status.IDLE || status == Status.FAILED) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        String run = copied.runId();
        if (status == Status.INTERRUPTED) {
            // As a cancel does: after an interrupt nothing may come but another run.
            run = Ids.run();
            events.add(new RunStarted(run, copied.runId(), copied.summary().mode()));
        }
        copied.open().forEach(call -> events.add(ToolCalls.abandoned(call, copied.lastAt(), "")));
        events.add(new RunFailed(run, new Failure(Failure.Code.CANCELLED, why)));
        return events;
    }
}
