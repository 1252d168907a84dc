package dev.holdpoint.agent;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.ToolCall;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has no result yet.
 *
 * @param interrupt the hold point, once a person was asked
 * @param decided what was said about it
 * @param startedAt when it was started; its effects may have happened
 */
record OpenCall(
        ToolCall call,
        @Nullable Interrupt interrupt,
        @Nullable ApprovalDecided decided,
        @Nullable Instant startedAt) {

    static OpenCall of(ToolCall call) {
        return new OpenCall(call, null, null, null);
    }

    OpenCall asked(Interrupt asked) {
        return new OpenCall(call, asked, null, null);
    }

    OpenCall decided(ApprovalDecided made) {
        return new OpenCall(call, interrupt, made, null);
    }

    OpenCall begun(Instant at) {
        return new OpenCall(call, interrupt, decided, at);
    }

    @Nullable
    Decision decision() {
        return decided == null ? null : decided.decision();
    }

    /** Whether nobody decided in time. */
    boolean isExpired() {
        return decided != null && decided.by().equals(ApprovalDecided.SYSTEM);
    }

    boolean isStarted() {
        return startedAt != null;
    }

    boolean isPending() {
        return interrupt != null && decided == null;
    }
}
