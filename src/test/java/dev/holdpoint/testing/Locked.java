package dev.holdpoint.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The service with a key, with little patience for people, and with a short memory of their requests. */
public final class Locked implements QuarkusTestProfile {

    public static final String KEY = "a-key-for-tests";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("HOLDPOINT_API_KEY", KEY, "HOLDPOINT_INTERRUPT_TTL", "1s", "HOLDPOINT_IDEMPOTENCY_TTL", "1s");
    }
}
