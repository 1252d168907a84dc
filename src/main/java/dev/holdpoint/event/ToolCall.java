package dev.holdpoint.event;

/**
 * A tool that the model asked for.
 *
 * @param id unique within its thread
 * @param name as the model wrote it; the tool need not exist
 * @param arguments the exact text of the arguments; meant to be a JSON object, but a careless model may send anything
 */
public record ToolCall(String id, String name, String arguments) {

    public ToolCall withArguments(String other) {
        return new ToolCall(id, name, other);
    }
}
