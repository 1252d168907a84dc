package dev.holdpoint.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service with a key, with little patience for people, with a short memory of their requests, and with little room
 * for what they run.
 */
public final class Locked implements QuarkusTestProfile {

    public static final String KEY = "a-key-for-tests";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "HOLDPOINT_API_KEY",
                KEY,
                "HOLDPOINT_INTERRUPT_TTL",
                "1s",
                "HOLDPOINT_IDEMPOTENCY_TTL",
                "1s",
                "HOLDPOINT_SANDBOX_MAX_COMMANDS",
                "2",
                "HOLDPOINT_SANDBOX_QUEUE",
                "1",
                "HOLDPOINT_SANDBOX_QUEUE_TIMEOUT",
                "3s",
                "HOLDPOINT_SANDBOX_DISK",
                "4MiB");
    }
}
