package dev.holdpoint.agent;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.ToolCall;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has no result yet.
 *
 * @param interrupt the hold point, once a person was asked
 * @param decision what the person said
 * @param startedAt when it was started; its effects may have happened
 */
record OpenCall(
        ToolCall call,
        @Nullable Interrupt interrupt,
        @Nullable Decision decision,
        @Nullable Instant startedAt) {

    static OpenCall of(ToolCall call) {
        return new OpenCall(call, null, null, null);
    }

    OpenCall asked(Interrupt asked) {
        return new OpenCall(call, asked, null, null);
    }

    OpenCall decided(Decision made) {
        return new OpenCall(call, interrupt, made, null);
    }

    OpenCall begun(Instant at) {
        return new OpenCall(call, interrupt, decision, at);
    }

    boolean isStarted() {
        return startedAt != null;
    }

    boolean isPending() {
        return interrupt != null && decision == null;
    }
}
