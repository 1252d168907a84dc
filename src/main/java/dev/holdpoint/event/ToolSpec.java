package dev.holdpoint.event;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A tool as the model sees it.
 *
 * @param parameters a JSON Schema of type object
 */
public record ToolSpec(String name, String description, ObjectNode parameters) {}
