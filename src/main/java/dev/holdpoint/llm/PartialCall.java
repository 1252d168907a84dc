package dev.holdpoint.llm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.ToolCall;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tool call of which more may come. It starts, for those who watch, once its name is whole: when arguments follow. */
final class PartialCall {

    private static final ObjectReader STRICT =
            new JsonMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int MAX_ID = 128;

    private final DeltaRelay relay;
    private final Set<String> takenIds;
    private final StringBuilder raw = new StringBuilder();
    private String serverId = "";
    private String name = "";
    private @Nullable String id;

    PartialCall(DeltaRelay relay, Set<String> takenIds) {
        this.relay = relay;
        this.takenIds = takenIds;
    }

    /** The first one counts. */
    void serverId(String given) {
        serverId = serverId.isEmpty() ? given : serverId;
    }

    boolean mayHaveServerId(String given) {
        return given.isEmpty() || serverId.isEmpty() || serverId.equals(given);
    }

    /** More of the name, or the same again. */
    void name(String piece) throws AttemptFailed {
        if (piece.isEmpty() || id != null || piece.equals(name)) {
            return;
        }
        relay.count(piece);
        name = piece.startsWith(name) ? piece : name + piece;
    }

    void arguments(String piece) throws AttemptFailed {
        if (piece.isEmpty()) {
            return;
        }
        raw.append(piece);
        if (id != null) {
            relay.callArguments(id, piece);
        } else if (!name.isEmpty()) {
            start();
        } else {
            relay.count(piece);
        }
    }

    boolean isAnotherName(String other) {
        return !other.isEmpty() && !name.isEmpty() && !other.equals(name);
    }

    /**
     * Whether this piece, though it seems to belong here, begins another call: it has a name and the beginning of arguments,
     * and here is nothing missing.
     */
    boolean isFollowedBy(String nextName, String nextArguments) {
        return !nextName.isEmpty() && nextArguments.stripLeading().startsWith("{") && isWholeObject();
    }

    boolean isEmpty() {
        return raw.chars().allMatch(Character::isWhitespace);
    }

    /** Another call begins, so the name is whole. */
    void startIfNamed() throws AttemptFailed {
        if (id == null && !name.isEmpty()) {
            start();
        }
    }

    /** @param doubtful whether arguments may have been lost; if not, none at all mean an empty object */
    void finish(boolean doubtful) throws AttemptFailed {
        if (name.isEmpty()) {
            throw AttemptFailed.incomplete("The model asked for a tool without naming it.");
        }
        startIfNamed();
        if (isEmpty() && !doubtful) {
            arguments("{}");
        }
    }

    ToolCall whole() {
        String known = known();
        return new ToolCall(known, Surrogates.mend(name), relay.arguments(known));
    }

    private void start() throws AttemptFailed {
        boolean usable = !serverId.isBlank()
                && serverId.length() <= MAX_ID
                && serverId.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && takenIds.add(serverId);
        id = usable ? serverId : Ids.toolCall();
        relay.callStarted(known(), Surrogates.mend(name));
        if (!raw.isEmpty()) {
            relay.callArguments(known(), raw.toString());
        }
    }

    private String known() {
        if (id == null) {
            throw new IllegalStateException("a call that hasn't started has no id");
        }
        return id;
    }

    boolean isWholeObject() {
        if (raw.isEmpty() || raw.charAt(raw.length() - 1) != '}') {
            return false;
        }
        try {
            return STRICT.readTree(raw.toString()).isObject();
        } catch (JacksonException _) {
            return false;
        }
    }
}
