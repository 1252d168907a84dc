package dev.holdpoint.tool;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.ThreadProcesses;
import java.util.function.BiConsumer;

/**
 * What a tool may use while it runs.
 *
 * @param processes what runs in the background of that sandbox
 * @param output gets what the tool prints, live; quick, never throws
 */
public record ToolContext(Sandbox sandbox, ThreadProcesses processes, BiConsumer<Delta.Stream, String> output) {}
