package dev.holdpoint.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ToolSpec;

/** Makes the specs of built-in tools out of text that reads like the schema it is. */
final class Schemas {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Schemas() {}

    /**
     * @param required the names of the arguments that must be there, separated by blanks
     * @param properties the properties of the object, as JSON
     */
    static ToolSpec spec(String name, String description, String required, String properties) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        try {
            schema.set("properties", JSON.readTree(properties));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema of " + name + " is not JSON", e);
        }
        for (String field : required.split(" ", -1)) {
            schema.withArray("required").add(field);
        }
        schema.put("additionalProperties", false);
        return new ToolSpec(name, description.strip(), schema);
    }
}
