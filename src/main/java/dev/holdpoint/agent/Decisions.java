package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.tool.Checked;
import dev.holdpoint.tool.Toolbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Checks what people decide against what is pending: the first decision counts, and a wrong one changes nothing. */
final class Decisions {

    private final Toolbox toolbox;

    Decisions(Toolbox toolbox) {
        this.toolbox = toolbox;
    }

    /**
     * The same decision for everything that is pending.
     *
     * @return empty when that is how it was decided already
     */
    List<ApprovalDecided> all(ThreadState state, Decision decision, String by) {
        List<Interrupt> pending = state.pending();
        if (pending.isEmpty()) {
            boolean again =
                    state.status() == Status.RUNNING && !state.decisionsInTurn().isEmpty();
            if (!again) {
                throw nothingPending();
            }
            if (!state.decisionsInTurn().getLast().decision().equals(decision)) {
                throw alreadyDecided(state.decisionsInTurn().getLast());
            }
            return List.of();
        }
        return pending.stream().map(i -> decided(i, decision, by)).toList();
    }

    /**
     * Decisions on single calls.
     *
     * @return what is new among them; empty when all were decided so already
     */
    List<ApprovalDecided> some(ThreadState state, List<DecisionRequest> requests, String by) {
        boolean byPlace = requests.stream().allMatch(DecisionRequest::isPositional);
        if (!byPlace && requests.stream().anyMatch(DecisionRequest::isPositional)) {
            throw new Refused(
                    Code.INVALID_REQUEST,
                    "decisions: name an interrupt_id or a tool_call_id in all of them, or in none.");
        }
        List<DecisionRequest> placed = byPlace ? byPlace(state, requests) : requests;
        Map<String, ApprovalDecided> news = new LinkedHashMap<>();
        for (DecisionRequest request : placed) {
            one(state, request, by).ifPresent(d -> {
                ApprovalDecided other = news.put(d.interruptId(), d);
                if (other != null && !other.decision().equals(d.decision())) {
                    throw new Refused(
                            Code.INVALID_REQUEST, "decisions: " + d.interruptId() + " is decided in two ways.");
                }
            });
        }
        return new ArrayList<>(news.values());
    }

    private static List<DecisionRequest> byPlace(ThreadState state, List<DecisionRequest> requests) {
        List<Interrupt> pending = state.pending();
        if (pending.isEmpty()) {
            throw nothingPending();
        }
        if (pending.size() != requests.size()) {
            throw new Refused(
                    Code.INVALID_REQUEST,
                    "decisions: " + pending.size() + " calls are pending, and without an interrupt_id there must be as "
                            + "many decisions, in their order.");
        }
        List<DecisionRequest> placed = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            DecisionRequest r = requests.get(i);
            placed.add(new DecisionRequest(pending.get(i).id(), null, r.tool(), r.decision(), r.digest()));
        }
        return placed;
    }

    private Optional<ApprovalDecided> one(ThreadState state, DecisionRequest request, String by) {
        Optional<Interrupt> pending =
                state.pending().stream().filter(i -> names(request, i)).findFirst();
        if (pending.isPresent()) {
            return Optional.of(decided(checked(pending.get(), request), request.decision(), by));
        }
        ApprovalDecided earlier = earlier(state, request).orElseThrow(() -> unknown(state, request));
        if (!earlier.decision().equals(request.decision())) {
            throw alreadyDecided(earlier);
        }
        return Optional.empty();
    }

    private static boolean names(DecisionRequest request, Interrupt interrupt) {
        return (request.interruptId() == null || request.interruptId().equals(interrupt.id()))
                && (request.toolCallId() == null
                        || request.toolCallId().equals(interrupt.call().id()))
                && !request.isPositional();
    }

    private static Optional<ApprovalDecided> earlier(ThreadState state, DecisionRequest request) {
        if (request.interruptId() != null) {
            return state.decided(request.interruptId());
        }
        return request.toolCallId() == null ? Optional.empty() : state.decidedCall(request.toolCallId());
    }

    private Interrupt checked(Interrupt interrupt, DecisionRequest request) {
        if (request.digest() != null && !request.digest().equals(interrupt.digest())) {
            throw new Refused(
                    Code.DIGEST_MISMATCH,
                    "What you were shown isn't what would run: look at interrupt " + interrupt.id() + " again.");
        }
        if (request.tool() != null && !request.tool().equals(interrupt.call().name())) {
            throw new Refused(
                    Code.INVALID_ARGS,
                    "edited_action.name: the call is of " + interrupt.call().name()
                            + "; an edit can't change the tool.");
        }
        if (!interrupt.allowed().contains(request.decision().type())) {
            throw new Refused(Code.INVALID_REQUEST, "type: that decision isn't allowed for this call.");
        }
        String args = request.decision().args();
        if (args != null) {
            checkEdit(interrupt.call().withArguments(args));
        }
        return interrupt;
    }

    private void checkEdit(ToolCall edited) {
        if (toolbox.check(edited) instanceof Checked.Invalid invalid) {
            throw new Refused(Code.INVALID_ARGS, "args: " + invalid.problem());
        }
    }

    private static ApprovalDecided decided(Interrupt interrupt, Decision decision, String by) {
        return new ApprovalDecided(interrupt.id(), interrupt.call().id(), decision, by);
    }

    private static Refused nothingPending() {
        return new Refused(Code.NOTHING_PENDING, "No call of this thread waits for a decision.");
    }

    private static Refused alreadyDecided(ApprovalDecided earlier) {
        return new Refused(
                Code.ALREADY_DECIDED,
                "Call " + earlier.toolCallId() + " was decided already: "
                        + earlier.decision().type().name().toLowerCase(Locale.ROOT) + ", by " + earlier.by()
                        + ".");
    }

    private static Refused unknown(ThreadState state, DecisionRequest request) {
        String named = request.interruptId() != null ? request.interruptId() : request.toolCallId();
        return state.pending().isEmpty()
                ? nothingPending()
                : new Refused(Code.NOT_FOUND, "This thread has no interrupt " + named + ".");
    }
}
