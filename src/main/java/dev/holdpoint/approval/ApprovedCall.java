package dev.holdpoint.approval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.ToolCall;

/**
 * A call that may run, by policy or by a person's decision. Only {@link ApprovalPolicy} makes one, so nothing else can
 * be handed to a tool.
 */
public final class ApprovedCall {

    private final ToolCall call;
    private final ObjectNode arguments;

    ApprovedCall(ToolCall call, ObjectNode arguments) {
        this.call = call;
        this.arguments = arguments.deepCopy();
    }

    public String id() {
        return call.id();
    }

    public String tool() {
        return call.name();
    }

    /** The validated arguments; a copy. */
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    public String digest() {
        return Digest.of(call);
    }
}
