package dev.holdpoint.agent;

import java.util.HashMap;
import java.util.Map;

/** How far a reader has come in the previews of a thread. Guarded by its {@link LiveThread}. */
final class Place {

    private final LiveMessage.Position position = new LiveMessage.Position();
    private final Map<String, Long> outputs = new HashMap<>();

    LiveMessage.Position position() {
        return position;
    }

    long outputSeen(String callId) {
        return outputs.getOrDefault(callId, 0L);
    }

    void outputOver(String callId) {
        outputs.remove(callId);
    }

    void outputSeen(String callId, long end) {
        outputs.put(callId, end);
    }
}
