package dev.holdpoint.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.approval.Digest;
import dev.holdpoint.approval.Rendering;
import dev.holdpoint.approval.Verdict;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.tool.Checked;
import dev.holdpoint.tool.Tool;
import dev.holdpoint.tool.ToolContext;
import dev.holdpoint.tool.Toolbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where every call passes before it runs: checked, judged by the policy, and decided by a person where that is asked. */
final class Gate {

    private static final Passage EXPIRED = new Passage.Answer(
            Outcome.REJECTED, "Nobody decided about this call in time, so it was rejected. It did not run.");
    private static final String COPIED = "This thread is a copy, and the call was made in the original.";

    private final Toolbox toolbox;
    private final ApprovalPolicy policy;
    private final @Nullable Duration interruptTtl;

    Gate(Toolbox toolbox, ApprovalPolicy policy, @Nullable Duration interruptTtl) {
        this.toolbox = toolbox;
        this.policy = policy;
        this.interruptTtl = interruptTtl;
    }

    /** What may happen with a call now. */
    sealed interface Passage {

        /**
         * It runs.
         *
         * @param edited the arguments that a person put in the place of the model's, if one did
         */
        record Run(ApprovedCall call, Tool tool, @Nullable String edited) implements Passage {}

        /** It never runs, and this is its result. */
        record Answer(Outcome outcome, String content) implements Passage {}

        /** It waits for a person. */
        record Hold(Tool tool, Verdict.Ask ask) implements Passage {}
    }

    Passage pass(OpenCall open, Mode mode) {
        Decision decision = open.decision();
        Interrupt interrupt = open.interrupt();
        if (interrupt != null && decision != null) {
            return open.isExpired() ? EXPIRED : decided(interrupt, decision, mode);
        }
        return switch (toolbox.check(open.call())) {
            case Checked.Invalid invalid -> new Passage.Answer(Outcome.ERROR, invalid.toolError());
            case Checked.Valid valid -> undecided(valid.call(), valid.tool(), mode);
        };
    }

    /** As {@link #pass} in a copy of the thread: a call that was made elsewhere never runs before a person here says so. */
    Passage passCopied(OpenCall open, Mode mode) {
        if (open.isStarted()) {
            return new Passage.Answer(Outcome.CANCELLED, ToolCalls.CUT_SHORT);
        }
        Passage passage = pass(OpenCall.of(open.call()), mode);
        return passage instanceof Passage.Run run
                ? new Passage.Hold(run.tool(), new Verdict.Ask(COPIED, List.of(Decision.Type.values())))
                : passage;
    }

    private Passage undecided(ToolCall call, Tool tool, Mode mode) {
        return switch (policy.verdict(call.name(), mode)) {
            case Verdict.Allow _ -> new Passage.Run(policy.allow(call, mode), tool, null);
            case Verdict.Ask ask -> new Passage.Hold(tool, ask);
            case Verdict.Forbid(var reason) -> new Passage.Answer(Outcome.ERROR, reason);
        };
    }

    private Passage decided(Interrupt interrupt, Decision decision, Mode mode) {
        return switch (decision.type()) {
            case APPROVE, EDIT -> approved(interrupt, decision, mode);
            case REJECT -> new Passage.Answer(Outcome.REJECTED, rejection(decision.message()));
            case RESPOND -> new Passage.Answer(Outcome.OK, decision.message() == null ? "" : decision.message());
        };
    }

    private Passage approved(Interrupt interrupt, Decision decision, Mode mode) {
        if (policy.verdict(interrupt.call().name(), mode) instanceof Verdict.Forbid(var reason)) {
            return new Passage.Answer(Outcome.ERROR, reason);
        }
        ToolCall call =
                decision.args() == null ? interrupt.call() : interrupt.call().withArguments(decision.args());
        return switch (toolbox.check(call)) {
            case Checked.Invalid invalid -> new Passage.Answer(Outcome.ERROR, invalid.toolError());
            case Checked.Valid valid ->
                new Passage.Run(policy.approve(interrupt, decision, interrupt.digest()), valid.tool(), decision.args());
        };
    }

    private static String rejection(@Nullable String message) {
        return message == null || message.isBlank()
                ? "A person rejected this call. It did not run."
                : "A person rejected this call; it did not run. They said: " + message;
    }

    Interrupt interrupt(ToolCall call, Passage.Hold hold, ToolContext context, Instant now) {
        ObjectNode arguments = ApprovalPolicy.arguments(call);
        return new Interrupt(
                Ids.interrupt(),
                call,
                Digest.of(call),
                hold.ask().reason(),
                Rendering.of(hold.tool().describe(arguments)),
                hold.tool().diff(arguments, context).map(Rendering::of).orElse(null),
                hold.ask().allowed(),
                interruptTtl == null ? null : now.plus(interruptTtl));
    }
}
