package dev.holdpoint.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** The service under test with real containers that have a network, and with their ports open to people. */
public final class OnDocker implements QuarkusTestResourceLifecycleManager {

    private final ServiceUnderTest service = new ServiceUnderTest();

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(service.start());
        settings.put("HOLDPOINT_SANDBOX", "docker");
        settings.put("DOCKER_IMAGE", System.getenv().getOrDefault("DOCKER_IMAGE", "holdpoint-test:latest"));
        settings.put("HOLDPOINT_SANDBOX_NETWORK", "bridge");
        settings.put("HOLDPOINT_SANDBOX_PORTS", "true");
        settings.put("HOLDPOINT_SANDBOX_POOL", "0");
        return settings;
    }

    @Override
    public void stop() {
        service.stop();
    }
}
