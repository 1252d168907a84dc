package dev.holdpoint.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of the service for tests from end to end: a scripted model, a data folder of its own, real bubblewrap
 * sandboxes, a free port, and bounds that are small enough to be reached.
 */
public final class ServiceUnderTest implements QuarkusTestResourceLifecycleManager {

    private static @Nullable ScriptedEndpoint model;
    private static @Nullable Path dataDir;

    /** What plays the model. */
    public static ScriptedEndpoint model() {
        return Objects.requireNonNull(model);
    }

    public static Path dataDir() {
        return Objects.requireNonNull(dataDir);
    }

    @Override
    public Map<String, String> start() {
        try {
            dataDir = Files.createTempDirectory("holdpoint-e2e");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        model = ScriptedEndpoint.start();
        return Map.ofEntries(
                Map.entry("quarkus.http.test-port", "0"),
                Map.entry("HOLDPOINT_MODEL_BASE_URL", model().baseUrl().toString()),
                Map.entry("HOLDPOINT_MODEL_API_KEY", "sk-test-secret-0001"),
                Map.entry("HOLDPOINT_MODEL_NAME", "scripted-1"),
                Map.entry("HOLDPOINT_MODEL_IDLE_TIMEOUT", "2s"),
                Map.entry("HOLDPOINT_MODEL_MAX_RETRIES", "1"),
                Map.entry("HOLDPOINT_SANDBOX", "bubblewrap"),
                Map.entry("HOLDPOINT_DATA_DIR", dataDir().toString()),
                Map.entry("HOLDPOINT_HEARTBEAT", "1s"),
                Map.entry("HOLDPOINT_MAX_STEPS", "6"),
                Map.entry("HOLDPOINT_BACKGROUND_MAX", "3"),
                Map.entry("HOLDPOINT_MAX_UPLOAD_BYTES", "1MiB"),
                Map.entry("HOLDPOINT_MAX_UPLOAD_FILES", "5"),
                Map.entry("HOLDPOINT_MAX_ARCHIVE_BYTES", "2MiB"),
                Map.entry("HOLDPOINT_MAX_IMPORT_BYTES", "64KiB"),
                Map.entry("HOLDPOINT_MAX_ARGUMENT_BYTES", "64KiB"));
    }

    @Override
    public void stop() {
        model().stop();
        try (Stream<Path> all = Files.walk(dataDir())) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
