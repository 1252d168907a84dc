package dev.holdpoint.app;

import dev.holdpoint.testing.Collector;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The service with its demo model, and a collector that stands in for Langfuse. */
public final class TracedService implements QuarkusTestResourceLifecycleManager {

    static final String PUBLIC_KEY = "pk-lf-test";
    static final String SECRET_KEY = "sk-lf-test-secret";

    private static @Nullable Collector collector;

    private Map<String, String> more = Map.of();

    static Collector collector() {
        return Objects.requireNonNull(collector);
    }

    @Override
    public void init(Map<String, String> arguments) {
        more = arguments;
    }

    @Override
    public Map<String, String> start() {
        collector = new Collector();
        Map<String, String> settings = new HashMap<>(Map.of(
                "quarkus.http.test-port",
                "0",
                "HOLDPOINT_SANDBOX",
                "bubblewrap",
                "HOLDPOINT_DATA_DIR",
                folder().toString(),
                "LANGFUSE_PUBLIC_KEY",
                PUBLIC_KEY,
                "LANGFUSE_SECRET_KEY",
                SECRET_KEY,
                "LANGFUSE_BASE_URL",
                collector().baseUrl()));
        settings.putAll(more);
        return settings;
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("holdpoint-telemetry");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        collector().close();
    }
}
