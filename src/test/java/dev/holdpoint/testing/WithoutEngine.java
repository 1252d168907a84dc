package dev.holdpoint.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** The service under test where containers are wanted, and no engine runs. */
public final class WithoutEngine implements QuarkusTestResourceLifecycleManager {

    private final ServiceUnderTest service = new ServiceUnderTest();

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(service.start());
        settings.put("HOLDPOINT_SANDBOX", "docker");
        settings.put("DOCKER_HOST", "unix://" + ServiceUnderTest.dataDir().resolve("no-engine.sock"));
        return settings;
    }

    @Override
    public void stop() {
        service.stop();
    }
}
