package dev.holdpoint.event;

/** A preview of what is about to become a fact: shown at once, never stored, and safe to lose. */
public sealed interface Delta {

    /** More of what the model thinks, for the message under way. */
    record Reasoning(String messageId, String text) implements Delta {}

    /** More of what the model says. */
    record Text(String messageId, String text) implements Delta {}

    /** The model begins to ask for a tool. */
    record CallStarted(String messageId, String toolCallId, String tool) implements Delta {}

    /** More of the arguments of a call that was started. */
    record CallArguments(String messageId, String toolCallId, String text) implements Delta {}

    /** More of what a running tool prints. */
    record ToolOutput(String toolCallId, Stream stream, String text) implements Delta {}

    /** Where output came from; {@code INFO} is the sandbox itself speaking, for instance of an image being pulled. */
    enum Stream {
        STDOUT,
        STDERR,
        INFO
    }
}
