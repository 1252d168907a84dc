package dev.holdpoint.agent;

import dev.holdpoint.agent.Gate.Passage;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.ToolContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks anew, in a copy of a thread, for what waited in the original. What was shown and said there counts for nothing
 * here: a journal that came from elsewhere may show one thing and call another.
 */
final class Renewal {

    private final Gate gate;
    private final Sandboxes sandboxes;
    private final Processes processes;

    Renewal(Gate gate, Sandboxes sandboxes, Processes processes) {
        this.gate = gate;
        this.sandboxes = sandboxes;
        this.processes = processes;
    }

    /**
     * What to append. After it every call of the copy has a result, or a hold point that was made here and that nobody
     * has decided.
     *
     * @param copied how the original stood; something waited
     * @param copy the new thread, whose files are there
     * @return empty if there is nothing to ask for
     */
    List<Event> of(Standing copied, ThreadId copy, Instant now) {
        Mode mode = copied.summary().mode();
        ToolContext context = new ToolContext(sandboxes.of(copy), processes.of(copy), (stream, text) -> {});
        String run = Ids.run();
        List<Event> events = new ArrayList<>();
        List<Interrupt> interrupts = new ArrayList<>();
        events.add(new RunStarted(run, copied.runId(), mode));
        for (OpenCall open : copied.open()) {
            switch (gate.passCopied(open, mode)) {
                case Passage.Hold hold -> interrupts.add(gate.interrupt(open.call(), hold, context, now));
                case Passage.Answer(var outcome, var content) ->
                    events.add(ToolCalls.finished(open.call().id(), outcome, content));
                case Passage.Run _ -> throw new IllegalStateException("a copied call runs without a decision");
            }
        }
        if (interrupts.isEmpty()) {
            return List.of();
        }
        events.add(new ApprovalRequested(run, interrupts));
        return events;
    }
}
