package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;

/** Interrupts as clients see them. */
final class Interrupts {

    private Interrupts() {}

    static ObjectNode json(Interrupt i) {
        ObjectNode json = Wire.JSON
                .createObjectNode()
                .put("id", i.id())
                .put("reason", "tool_call")
                .put("message", "The agent wants to call " + i.call().name() + ". " + i.reason())
                .put("toolCallId", i.call().id());
        json.set("responseSchema", responseSchema(i));
        if (i.expiresAt() != null) {
            json.put("expiresAt", i.expiresAt().toString());
        }
        ObjectNode metadata = json.putObject("metadata").put("tool", i.call().name());
        metadata.set("args", Wire.arguments(i.call().arguments()));
        metadata.put("digest", i.digest()).put("rendering", i.rendering());
        if (i.diff() != null) {
            metadata.put("diff", i.diff());
        }
        ArrayNode allowed = metadata.putArray("allowed_decisions");
        i.allowed().forEach(type -> allowed.add(Wire.name(type)));
        return json;
    }

    /** The answer that AG-UI clients give; {@code editedArgs} is there only where an edit is allowed. */
    private static ObjectNode responseSchema(Interrupt i) {
        ObjectNode schema = Wire.JSON.createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("approved").put("type", "boolean");
        if (i.allowed().contains(Decision.Type.EDIT)) {
            properties
                    .putObject("editedArgs")
                    .put("type", "object")
                    .put("description", "All arguments to run instead; not merged with the original ones.");
        }
        properties
                .putObject("reason")
                .put("type", "string")
                .put("description", "Told to the model when the call is not approved.");
        schema.putArray("required").add("approved");
        return schema;
    }
}
