package dev.holdpoint.agent;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Usage;
import dev.holdpoint.llm.Completion;
import dev.holdpoint.llm.CompletionRequest;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.llm.LlmException;
import dev.holdpoint.tool.Toolbox;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** See what comes next, do it, append what happened; until the turn is over or waits for a person. */
final class AgentLoop {

    /** So many answers in a row may be cut by the model's length limit before the turn gives up. */
    static final int MAX_CUT_ANSWERS = 3;

    private final Llm llm;
    private final Toolbox toolbox;
    private final ToolCalls calls;
    private final Prompt prompt;
    private final AgentSettings settings;
    private final Clock clock;

    AgentLoop(Llm llm, Toolbox toolbox, ToolCalls calls, Prompt prompt, AgentSettings settings, Clock clock) {
        this.llm = llm;
        this.toolbox = toolbox;
        this.calls = calls;
        this.prompt = prompt;
        this.settings = settings;
        this.clock = clock;
    }

    /** @throws InterruptedException if the calling thread is interrupted; nothing of the turn goes on by then */
    void run(Turn turn) throws InterruptedException {
        while (true) {
            switch (turn.state().next(settings.turnTimeout(), clock.instant())) {
                case ASK_MODEL -> askModel(turn);
                case RUN_CALLS -> runCalls(turn);
                case FINISH -> turn.append(List.of(new RunFinished(turn.runId())));
                case CANCEL -> fail(turn, new Failure(Failure.Code.CANCELLED, "The turn was cancelled."));
                case OUT_OF_TIME -> fail(turn, outOfTime());
                case REST -> {
                    return;
                }
            }
        }
    }

    private void askModel(Turn turn) throws InterruptedException {
        if (turn.state().stepsInTurn() >= settings.maxSteps()) {
            fail(
                    turn,
                    new Failure(
                            Failure.Code.STEP_LIMIT,
                            "The turn made " + settings.maxSteps() + " model calls without coming to an end "
                                    + "(HOLDPOINT_MAX_STEPS)."));
            return;
        }
        String messageId = Ids.message();
        long started = clock.millis();
        var request = new CompletionRequest(
                messageId, prompt.of(turn.state()), toolbox.specs(turn.state().mode()));
        try {
            take(turn, messageId, started, llm.complete(request, turn::preview));
        } catch (LlmException e) {
            List<Event> events = kept(turn, messageId, started);
            events.add(new RunFailed(turn.runId(), e.failure()));
            turn.append(events);
        } catch (InterruptedException e) {
            if (turn.isToEnd(settings.turnTimeout(), clock.instant())) {
                turn.append(kept(turn, messageId, started));
            }
            throw e;
        }
    }

    private void take(Turn turn, String messageId, long started, Completion c) {
        List<Event> events = new ArrayList<>();
        events.add(new AssistantMessageAdded(
                messageId,
                c.text(),
                c.reasoning(),
                c.calls(),
                c.usage(),
                c.model(),
                c.finishReason(),
                true,
                started,
                c.firstTokenMillis()));
        if (c.isCut()) {
            boolean again = !c.calls().isEmpty() && turn.state().cutAnswers() + 1 < MAX_CUT_ANSWERS;
            c.calls().forEach(call -> events.add(ToolCalls.notRun(call)));
            if (!again) {
                events.add(new RunFailed(turn.runId(), cut()));
            }
        } else if (c.calls().isEmpty()) {
            events.add(new RunFinished(turn.runId()));
        }
        turn.append(events);
    }

    /** What a person saw of a broken answer stays in the conversation; its calls don't. */
    private List<Event> kept(Turn turn, String messageId, long started) {
        List<Event> events = new ArrayList<>();
        LiveThread.Shown shown = turn.shown(messageId);
        if (!shown.text().isEmpty() || !shown.reasoning().isEmpty()) {
            events.add(new AssistantMessageAdded(
                    messageId,
                    shown.text(),
                    shown.reasoning(),
                    List.of(),
                    Usage.NONE,
                    llm.name(),
                    "incomplete",
                    false,
                    started,
                    0));
        }
        return events;
    }

    private void runCalls(Turn turn) throws InterruptedException {
        if (turn.state().repeatedAnswers() >= 2 * settings.maxRepeatedCalls()) {
            fail(
                    turn,
                    new Failure(
                            Failure.Code.STEP_LIMIT,
                            "The model asked for the same calls again and again (HOLDPOINT_MAX_REPEATED_CALLS)."));
        } else {
            calls.advance(turn);
        }
    }

    /** Ends the turn; every call that has no result gets one, so that the history stays valid. */
    void fail(Turn turn, Failure failure) {
        boolean done = false;
        while (!done) {
            List<Event> events = new ArrayList<>();
            turn.state().open().forEach(call -> events.add(calls.abandoned(turn, call)));
            events.add(new RunFailed(turn.runId(), failure));
            done = turn.tryAppend(events);
        }
    }

    private Failure outOfTime() {
        return new Failure(
                Failure.Code.BUDGET_EXHAUSTED,
                "The turn worked for " + settings.turnTimeout().toSeconds() + " s without coming to an end "
                        + "(HOLDPOINT_TURN_TIMEOUT).");
    }

    private static Failure cut() {
        return new Failure(
                Failure.Code.MODEL_STREAM_INCOMPLETE,
                "The model's answer was cut at its length limit; what came is kept, and none of its calls ran.");
    }
}
