package dev.holdpoint.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ToolCall;
import java.util.List;
import java.util.Set;

/** Says which calls run at once, which wait for a person and which never run, and makes the calls that may run. */
public final class ApprovalPolicy {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Set<String> interruptOn;
    private final Set<String> readOnly;

    /**
     * @param interruptOn the tools that wait for a person
     * @param readOnly the tools that change nothing; the others are forbidden in plan mode
     */
    public ApprovalPolicy(Set<String> interruptOn, Set<String> readOnly) {
        this.interruptOn = Set.copyOf(interruptOn);
        this.readOnly = Set.copyOf(readOnly);
    }

    public Verdict verdict(String tool, Mode mode) {
        if (mode == Mode.PLAN && !readOnly.contains(tool)) {
            return new Verdict.Forbid("Error: " + tool
                    + " can change things, and this thread is in plan mode: look, and write a plan. "
                    + "A person has to switch it to build mode first.");
        }
        if (interruptOn.contains(tool)) {
            return new Verdict.Ask(
                    "The policy asks before every call of " + tool + ".", List.of(Decision.Type.values()));
        }
        return new Verdict.Allow();
    }

    /**
     * Admits a call that needs no decision.
     *
     * @throws IllegalStateException if the policy doesn't allow it
     */
    public ApprovedCall allow(ToolCall call, Mode mode) {
        if (!(verdict(call.name(), mode) instanceof Verdict.Allow)) {
            throw new IllegalStateException("the policy doesn't allow " + call.name() + " without a decision");
        }
        return new ApprovedCall(call, arguments(call));
    }

    /**
     * Admits what a person approved: the call of the interrupt, or, after an edit, the same tool with the person's
     * arguments.
     *
     * @param digest the digest that is stored for the interrupt
     * @throws IllegalStateException if the decision lets nothing run, or the call isn't what was shown
     */
    public ApprovedCall approve(Interrupt interrupt, Decision decision, String digest) {
        if (!Digest.of(interrupt.call()).equals(digest)) {
            throw new IllegalStateException("the call is not the one that was shown");
        }
        ToolCall call = switch (decision.type()) {
            case APPROVE -> interrupt.call();
            case EDIT -> edited(interrupt.call(), decision);
            case REJECT, RESPOND -> throw new IllegalStateException("nothing runs after " + decision.type());
        };
        return new ApprovedCall(call, arguments(call));
    }

    private static ToolCall edited(ToolCall call, Decision decision) {
        String args = decision.args();
        if (args == null) {
            throw new IllegalStateException("an edit has args");
        }
        return call.withArguments(args);
    }

    /**
     * The arguments of a call that was checked.
     *
     * @throws IllegalStateException if they are not a JSON object
     */
    public static ObjectNode arguments(ToolCall call) {
        try {
            return (ObjectNode) JSON.readTree(call.arguments());
        } catch (JsonProcessingException | ClassCastException e) {
            throw new IllegalStateException("the arguments of an admitted call are a JSON object", e);
        }
    }
}
