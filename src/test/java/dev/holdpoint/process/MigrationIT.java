package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service starts on what the version before left behind, and goes on where that stopped. */
class MigrationIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ONCE = "run: echo once >> /workspace/log";

    @TempDir
    Path folder = Path.of("");

    @Test
    void a_database_of_the_version_before_is_taken_over() throws IOException {
        Launch launch = new Launch(folder);
        Files.createDirectories(launch.data());
        try (InputStream old = MigrationIT.class.getResourceAsStream("/stores/sqlite-v1.db")) {
            Files.copy(Objects.requireNonNull(old), launch.data().resolve("holdpoint.db"));
        }

        try (Service service = launch.start()) {
            Map<String, String> threads = titles(service, "");
            assertThat(threads).containsOnlyKeys("Finished work", "Running", "Never used", ONCE);
            assertThat(titles(service, "&search=NEVER")).containsOnlyKeys("Never used");
            assertThat(service.statusOfThread(id(threads, "Never used"))).isEqualTo("idle");
            assertThat(service.statusOfThread(id(threads, "Finished work"))).isEqualTo("interrupted");
            // It goes on, or its time was up meanwhile: a turn that was under way comes to an end.
            await("the end of the turn that was under way")
                    .atMost(SOON)
                    .until(() -> Set.of("idle", "failed").contains(service.statusOfThread(id(threads, "Running"))));

            approve(service, id(threads, ONCE));
            service.awaitStatus(id(threads, ONCE), "idle", SOON);
            assertThat(service.file(id(threads, ONCE), "/workspace/log")).isEqualTo("once\n");

            String waiting = id(threads, "Finished work");
            approve(service, waiting);
            await("the file that was approved")
                    .atMost(SOON)
                    .until(() ->
                            service.file(waiting, "/workspace/demo_hello.py").contains("print"));
        }
    }

    private static String id(Map<String, String> threads, String title) {
        return threads.getOrDefault(title, "");
    }

    private static void approve(Service service, String thread) {
        JsonNode answer = service.post("/api/resume/" + thread, "{\"action\":\"approve\"}");
        assertThat(answer.path("success").asBoolean()).as(answer.toString()).isTrue();
    }

    /** Ids by title. */
    private static Map<String, String> titles(Service service, String query) {
        Map<String, String> threads = new TreeMap<>();
        service.json("/api/threads?limit=10" + query)
                .path("threads")
                .forEach(t -> threads.put(
                        t.path("title").asText(), t.path("thread_id").asText()));
        return threads;
    }
}
