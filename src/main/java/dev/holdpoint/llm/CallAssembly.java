package dev.holdpoint.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts tool calls together from their pieces, whatever the endpoint's manners: pieces name their call by index, by id, by
 * both, or by neither, and then mean the latest.
 */
final class CallAssembly {

    private final DeltaRelay relay;
    private final List<PartialCall> calls = new ArrayList<>();
    private final Map<Integer, PartialCall> byIndex = new HashMap<>();
    private final Map<String, PartialCall> byServerId = new HashMap<>();
    private final Set<String> takenIds;
    /** A piece without index and id came while more than one call could have been meant. */
    private boolean guessed;

    /** @param takenIds the ids of all calls in the history; no call of this answer gets one of them */
    CallAssembly(DeltaRelay relay, Set<String> takenIds) {
        this.relay = relay;
        this.takenIds = new HashSet<>(takenIds);
    }

    /** Takes what a chunk has as {@code tool_calls}. */
    void read(JsonNode pieces) throws AttemptFailed {
        if (pieces.isObject()) {
            piece(pieces);
        }
        if (pieces.isArray()) {
            for (JsonNode piece : pieces) {
                piece(piece);
            }
        }
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** All calls in the model's order; the last deltas of them are out by then. */
    List<ToolCall> finish() throws AttemptFailed {
        // If a guess went wrong, pieces of one call are in another: then a call without arguments may have had some.
        boolean doubtful = guessed && !calls.getLast().isWholeObject();
        for (PartialCall call : calls) {
            call.finish(doubtful);
        }
        relay.flushAll();
        return calls.stream().map(PartialCall::whole).toList();
    }

    private void piece(JsonNode json) throws AttemptFailed {
        Integer index =
                json.path("index").canConvertToInt() ? json.path("index").intValue() : null;
        JsonNode function = json.path("function");
        String id = json.path("id").asText("");
        String name = function.path("name").asText("");
        String arguments = arguments(function.path("arguments"));
        PartialCall call = existing(index, id, name, arguments);
        if (call == null) {
            call = create();
        }
        if (index != null) {
            byIndex.put(index, call);
        }
        if (!id.isEmpty()) {
            call.serverId(id);
            byServerId.putIfAbsent(id, call);
        }
        call.name(name);
        call.arguments(arguments);
    }

    /** Null where the piece begins a call. */
    private @Nullable PartialCall existing(@Nullable Integer index, String id, String name, String arguments) {
        PartialCall call;
        if (index != null) {
            call = byIndex.get(index);
            // Some number all calls 0, and tell them apart by id; others make up a new id for each piece.
            if (call != null && !name.isEmpty() && !call.mayHaveServerId(id)) {
                call = byServerId.get(id);
            }
        } else if (byServerId.containsKey(id) || (!id.isEmpty() && !name.isEmpty())) {
            call = byServerId.get(id);
        } else {
            call = calls.isEmpty() ? null : calls.getLast();
            guessed |= name.isEmpty()
                    && calls.stream().anyMatch(earlier -> earlier.isEmpty() && earlier != calls.getLast());
            if (call != null && call.isAnotherName(name)) {
                return null;
            }
        }
        return call == null || call.isFollowedBy(name, arguments) ? null : call;
    }

    private PartialCall create() throws AttemptFailed {
        for (PartialCall earlier : calls) {
            earlier.startIfNamed();
        }
        PartialCall call = new PartialCall(relay, takenIds);
        calls.add(call);
        return call;
    }

    /** Meant to be a string of JSON, but some send the object itself. */
    private static String arguments(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return "";
        }
        return json.isTextual() ? json.textValue() : json.toString();
    }
}
