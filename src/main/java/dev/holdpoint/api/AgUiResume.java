package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.agent.DecisionRequest;
import dev.holdpoint.agent.ThreadState;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code resume} of a RunAgentInput by the contract rules of AG-UI's "Interrupts" page. */
final class AgUiResume {

    private AgUiResume() {}

    static List<DecisionRequest> decisions(ThreadState state, JsonNode resume) {
        Set<String> answered = new HashSet<>();
        List<DecisionRequest> decisions = new ArrayList<>();
        for (JsonNode entry : resume) {
            String id = entry.path("interruptId").asText();
            if (id.isEmpty()) {
                throw new ProtocolViolation("resume: every entry names its interruptId.");
            }
            answered.add(id);
            decisions.add(new DecisionRequest(id, null, null, decision(entry), digest(entry)));
        }
        for (Interrupt open : state.pending()) {
            if (!answered.contains(open.id())) {
                throw new ProtocolViolation("resume: interrupt " + open.id() + " is open too; answer all of them.");
            }
        }
        return decisions;
    }

    private static Decision decision(JsonNode entry) {
        JsonNode payload = entry.path("payload");
        return switch (entry.path("status").asText()) {
            case "cancelled" -> Decision.reject(null);
            case "resolved" -> resolved(payload);
            default -> throw new ProtocolViolation("resume: status is resolved or cancelled.");
        };
    }

    private static Decision resolved(JsonNode payload) {
        if (!payload.path("approved").isBoolean()) {
            throw new ProtocolViolation("resume: the payload says approved: true or false.");
        }
        if (!payload.get("approved").booleanValue()) {
            return Decision.reject(
                    payload.path("reason").isTextual() ? payload.get("reason").textValue() : null);
        }
        JsonNode edited = payload.path("editedArgs");
        if (edited.isMissingNode() || edited.isNull()) {
            return Decision.approve();
        }
        if (!edited.isObject()) {
            throw new ProtocolViolation("resume: editedArgs is an object with all arguments.");
        }
        return new Decision(Decision.Type.EDIT, edited.toString(), null);
    }

    private static @Nullable String digest(JsonNode entry) {
        JsonNode digest = entry.path("payload").path("digest");
        return digest.isTextual() ? digest.textValue() : null;
    }

    /** Where the decisions stand in the journal: a repeated resume is answered from there again. */
    static long decidedAt(ThreadState state, List<DecisionRequest> decisions) {
        return decisions.stream()
                .map(DecisionRequest::interruptId)
                .filter(id -> id != null)
                .mapToLong(state::decidedAt)
                .max()
                .orElse(state.seq());
    }
}
