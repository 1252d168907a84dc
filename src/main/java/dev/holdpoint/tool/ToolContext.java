package dev.holdpoint.tool;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.Sandbox;
import java.util.function.BiConsumer;

/**
 * What a tool may use while it runs.
 *
 * @param output gets what the tool prints, live; quick, never throws
 */
public record ToolContext(Sandbox sandbox, BiConsumer<Delta.Stream, String> output) {}
