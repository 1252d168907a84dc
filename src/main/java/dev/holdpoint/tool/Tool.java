package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import java.util.Optional;

/** Something that the model can do. Implementations are safe for many threads. */
public interface Tool {

    ToolSpec spec();

    /** It changes nothing: neighbouring calls may run side by side, and it works in plan mode. */
    boolean isReadOnly();

    /** It may be repeated when a crash took its result. Every read-only tool may. */
    default boolean isIdempotent() {
        return isReadOnly();
    }

    /**
     * Does it, and blocks until it's done.
     *
     * @throws InterruptedException if the calling thread is interrupted; nothing of the call goes on by then
     */
    ToolResult call(ApprovedCall call, ToolContext context) throws InterruptedException;

    /** What a person reads before deciding, besides the arguments: the plain text of what will happen. */
    default String describe(ObjectNode arguments) {
        return spec().name() + " " + arguments.toPrettyString();
    }

    /** A unified diff of what the call would change in an existing file; empty when there is none to show. */
    default Optional<String> diff(ObjectNode arguments, ToolContext context) {
        return Optional.empty();
    }
}
