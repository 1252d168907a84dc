package dev.holdpoint.agent;

import dev.holdpoint.agent.Gate.Passage;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.TodosChanged;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.Tool;
import dev.holdpoint.tool.ToolContext;
import dev.holdpoint.tool.ToolResult;
import dev.holdpoint.tool.Toolbox;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the open calls of an answer forward, in the model's order: what may run runs, what is refused is answered, and
 * at the first call that a person must decide everything gated is asked for at once. Neighbouring read-only calls run
 * side by side.
 */
final class ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(ToolCalls.class);

    static final String CUT_SHORT = "Cancelled while it ran; it may have taken effect in part.";

    private final Gate gate;
    private final Toolbox toolbox;
    private final Sandboxes sandboxes;
    private final Processes processes;
    private final int maxRepeatedCalls;
    private final Clock clock;

    ToolCalls(Gate gate, Toolbox toolbox, Sandboxes sandboxes, Processes processes, int maxRepeatedCalls, Clock clock) {
        this.gate = gate;
        this.toolbox = toolbox;
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.maxRepeatedCalls = maxRepeatedCalls;
        this.clock = clock;
    }

    /** Does the next thing that can be done with the open calls; there is at least one. */
    void advance(Turn turn) throws InterruptedException {
        List<OpenCall> open = turn.state().open();
        OpenCall first = open.getFirst();
        switch (passage(turn, first)) {
            case Passage.Answer(var outcome, var content) ->
                turn.append(List.of(finished(first.call().id(), outcome, content)));
            case Passage.Hold _ -> {
                // If it can't be appended something else has happened, and the loop looks again.
                var _ = turn.tryAppend(List.of(request(turn, open)));
            }
            case Passage.Run run -> runTogether(turn, neighbours(turn, open, run));
        }
    }

    private Passage passage(Turn turn, OpenCall call) {
        if (call.isStarted() && !isIdempotent(call.call().name())) {
            return new Passage.Answer(
                    Outcome.OUTCOME_UNKNOWN,
                    "Outcome unknown: the call was started, then the service stopped. It may have taken effect, in "
                            + "whole or in part. Look before you repeat it.");
        }
        if (turn.state().repeatedAnswers() >= maxRepeatedCalls && call.decision() == null) {
            return new Passage.Answer(
                    Outcome.ERROR,
                    "Error: you asked for exactly this " + turn.state().repeatedAnswers()
                            + " times in a row. It was not run again: do something else, or say what is in the way.");
        }
        return gate.pass(call, turn.state().mode());
    }

    private boolean isIdempotent(String tool) {
        return toolbox.find(tool).filter(Tool::isIdempotent).isPresent();
    }

    private ApprovalRequested request(Turn turn, List<OpenCall> open) {
        List<Interrupt> interrupts = new ArrayList<>();
        for (OpenCall call : open) {
            if (passage(turn, call) instanceof Passage.Hold hold) {
                interrupts.add(gate.interrupt(
                        call.call(), hold, context(turn, call.call().id()), clock.instant()));
            }
        }
        return new ApprovalRequested(turn.runId(), interrupts);
    }

    /** The call and, when it only reads, the read-only calls right behind it. */
    private List<Passage.Run> neighbours(Turn turn, List<OpenCall> open, Passage.Run first) {
        List<Passage.Run> together = new ArrayList<>();
        together.add(first);
        for (OpenCall call : open.subList(1, open.size())) {
            boolean joins = first.tool().isReadOnly()
                    && passage(turn, call) instanceof Passage.Run run
                    && run.tool().isReadOnly()
                    && together.add(run);
            if (!joins) {
                break;
            }
        }
        return together;
    }

    private void runTogether(Turn turn, List<Passage.Run> runs) throws InterruptedException {
        turn.checkLease();
        if (!runs.getFirst().tool().isReadOnly()) {
            keepBaseline(turn);
        }
        List<ToolCallStarted> starts = runs.stream()
                .map(r -> new ToolCallStarted(
                        r.call().id(), r.call().tool(), r.call().digest(), r.edited()))
                .toList();
        if (!turn.tryAppend(starts)) {
            return;
        }
        List<Event> results = new ArrayList<>();
        for (Done done : runs.size() == 1 ? List.of(run(turn, runs.getFirst())) : sideBySide(turn, runs)) {
            results.add(done.event());
            if (done.result().todos() != null) {
                results.add(new TodosChanged(done.result().todos()));
            }
        }
        turn.append(results);
    }

    /**
     * Before anything of the turn may change the workspace, and never after: what can't be told is better not told at
     * all. Its failure is none of the tool's.
     */
    private void keepBaseline(Turn turn) throws InterruptedException {
        boolean late = turn.state().startedInTurn().stream()
                .anyMatch(name -> !toolbox.readOnlyNames().contains(name));
        if (late) {
            return;
        }
        try {
            String id = turn.state().turnId().orElse(turn.runId());
            sandboxes.of(turn.state().id()).files().keep(id, turn::checkLease);
        } catch (TurnLost e) {
            throw e;
        } catch (ClosedByInterruptException e) {
            // As if it had come a moment earlier: nothing of the call has begun.
            var _ = Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException | RuntimeException e) {
            LOG.warn("what this turn changes in the workspace can't be shown", e);
        }
    }

    private List<Done> sideBySide(Turn turn, List<Passage.Run> runs) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Done>> tasks =
                    runs.stream().<Callable<Done>>map(r -> () -> run(turn, r)).toList();
            List<Done> done = new ArrayList<>();
            for (Future<Done> future : threads.invokeAll(tasks)) {
                done.add(future.get());
            }
            return done;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (e.getCause() instanceof TurnLost lost) {
                throw lost;
            }
            throw new IllegalStateException("a tool call failed outside of its own guard", e.getCause());
        }
    }

    private record Done(ToolCallFinished event, ToolResult result) {}

    private Done run(Turn turn, Passage.Run run) throws InterruptedException {
        long started = System.nanoTime();
        ToolResult result = guarded(turn, run);
        long millis = (System.nanoTime() - started) / 1_000_000;
        var event = new ToolCallFinished(
                run.call().id(), result.outcome(), result.content(), result.exitCode(), result.truncated(), millis);
        return new Done(event, result);
    }

    /** A tool that breaks costs its own call, not the turn. */
    private ToolResult guarded(Turn turn, Passage.Run run) throws InterruptedException {
        turn.checkLease();
        try {
            return run.tool().call(run.call(), context(turn, run.call().id()));
        } catch (TurnLost e) {
            throw e;
        } catch (RuntimeException e) {
            String reference = UUID.randomUUID().toString();
            LOG.error("tool {} failed, reference {}", run.call().tool(), reference, e);
            return new ToolResult(
                    Outcome.OUTCOME_UNKNOWN,
                    "Error: the tool failed inside the service; it may have taken effect. Reference " + reference + ".",
                    null,
                    false,
                    null);
        }
    }

    private ToolContext context(Turn turn, String callId) {
        return new ToolContext(
                new OwnersSandbox(sandboxes.of(turn.state().id()), turn::checkLease),
                processes.of(turn.state().id()),
                (stream, text) -> turn.preview(new Delta.ToolOutput(callId, stream, text)));
    }

    /** The result of a call that isn't run here. */
    static ToolCallFinished finished(String callId, Outcome outcome, String content) {
        return new ToolCallFinished(callId, outcome, content, null, false, 0);
    }

    /** The result of a call in an answer that was cut. */
    static ToolCallFinished notRun(ToolCall call) {
        return finished(
                call.id(),
                Outcome.ERROR,
                "Error: your answer was cut at its length limit, so none of its calls ran. Make it shorter: smaller "
                        + "files, or one call at a time.");
    }

    /** The result of a call whose turn ends before it has one: what it printed so far is for the reader, and the model. */
    ToolCallFinished abandoned(Turn turn, OpenCall open) {
        return abandoned(open, clock.instant(), turn.printed(open.call().id()));
    }

    /**
     * The result of a call whose turn ended before it had one.
     *
     * @param printed what is known of its output
     */
    static ToolCallFinished abandoned(OpenCall open, Instant now, String printed) {
        Instant started = open.startedAt();
        if (started == null) {
            return finished(open.call().id(), Outcome.CANCELLED, "Cancelled before it ran.");
        }
        // Clocks of two processes may differ.
        long millis = Math.max(0, Duration.between(started, now).toMillis());
        String content =
                printed.isEmpty() ? CUT_SHORT : CUT_SHORT + " The last that was seen of its output:\n" + printed;
        return new ToolCallFinished(open.call().id(), Outcome.CANCELLED, content, null, false, millis);
    }
}
