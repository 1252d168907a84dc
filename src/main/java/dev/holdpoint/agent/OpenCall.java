package dev.holdpoint.agent;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * A call that has no result yet.
 *
 * @param interrupt the hold point, once a person was asked
 * @param decision what the person said
 * @param started its effects may have happened
 */
record OpenCall(
        ToolCall call,
        @Nullable Interrupt interrupt,
        @Nullable Decision decision,
        boolean started) {

    static OpenCall of(ToolCall call) {
        return new OpenCall(call, null, null, false);
    }

    OpenCall asked(Interrupt asked) {
        return new OpenCall(call, asked, null, false);
    }

    OpenCall decided(Decision made) {
        return new OpenCall(call, interrupt, made, false);
    }

    OpenCall begun() {
        return new OpenCall(call, interrupt, decision, true);
    }

    boolean isPending() {
        return interrupt != null && decision == null;
    }
}
