package dev.holdpoint.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a person said about one gated call.
 *
 * @param args the arguments to run instead, as JSON text; present exactly when the type is {@code EDIT}
 * @param message a reason ({@code REJECT}) or the answer itself ({@code RESPOND})
 */
public record Decision(
        Type type, @Nullable String args, @Nullable String message) {

    public enum Type {
        @JsonProperty("approve")
        APPROVE,
        @JsonProperty("edit")
        EDIT,
        @JsonProperty("reject")
        REJECT,
        @JsonProperty("respond")
        RESPOND
    }

    public Decision {
        if ((type == Type.EDIT) != (args != null)) {
            throw new IllegalArgumentException("args belong to an edit, and an edit needs args");
        }
        if (type == Type.RESPOND && message == null) {
            throw new IllegalArgumentException("a response needs a message");
        }
    }

    public static Decision approve() {
        return new Decision(Type.APPROVE, null, null);
    }

    public static Decision reject(@Nullable String message) {
        return new Decision(Type.REJECT, null, message);
    }
}
