package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.DecisionRequest;
import dev.holdpoint.event.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads decisions, in our form and in LangChain's. */
final class DecisionBody {

    static final int MAX_DECISIONS = 1_000;
    private static final Set<String> FIELDS =
            Set.of("interrupt_id", "tool_call_id", "type", "args", "message", "digest", "edited_action");

    private static final Set<String> EDITED_FIELDS = Set.of("name", "args");

    private DecisionBody() {}

    static List<DecisionRequest> read(JsonNode decisions) {
        if (!(decisions instanceof ArrayNode array) || array.isEmpty() || array.size() > MAX_DECISIONS) {
            throw new Invalid("decisions", "must be a list of 1 to " + MAX_DECISIONS + " decisions");
        }
        List<DecisionRequest> read = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            read.add(one("decisions[" + i + "]", array.get(i)));
        }
        return read;
    }

    private static DecisionRequest one(String place, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw new Invalid(place, "must be an object");
        }
        checkFields(place, object, FIELDS);
        Decision.Type type = Wire.constant(Decision.Type.class, place + ".type", Wire.requiredText(object, "type"));
        ObjectNode edited = Wire.child(object, "edited_action");
        if (edited != null) {
            checkFields(place + ".edited_action", edited, EDITED_FIELDS);
        }
        JsonNode args = edited == null ? object.get("args") : edited.get("args");
        return new DecisionRequest(
                Wire.text(object, "interrupt_id"),
                Wire.text(object, "tool_call_id"),
                edited == null ? null : Wire.requiredText(edited, "name"),
                decision(place, type, args, Wire.text(object, "message")),
                Wire.text(object, "digest"));
    }

    private static void checkFields(String place, ObjectNode object, Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new Invalid(place + "." + name, "unknown field");
            }
        });
    }

    private static Decision decision(
            String place, Decision.Type type, @Nullable JsonNode args, @Nullable String message) {
        boolean hasArgs = args != null && !args.isNull();
        if (type == Decision.Type.EDIT && !(args instanceof ObjectNode)) {
            throw new Invalid(place + ".args", "an edit needs the whole arguments, as an object");
        }
        if (type != Decision.Type.EDIT && hasArgs) {
            throw new Invalid(place + ".args", "only an edit has args");
        }
        if (type == Decision.Type.RESPOND && message == null) {
            throw new Invalid(place + ".message", "a response needs a message");
        }
        return new Decision(type, hasArgs ? String.valueOf(args) : null, message);
    }
}
