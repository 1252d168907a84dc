package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody has used for as long as the setting says is gone soon after the start; what waits for a person stays. */
class RetentionIT {

    @TempDir
    Path folder = Path.of("");

    @Test
    void unused_threads_are_deleted_with_their_files() {
        Launch launch = new Launch(folder);
        String unused;
        String waiting;
        try (Service service = launch.start()) {
            unused = service.newThread();
            waiting = service.newThread();
            service.chat(waiting, "run: true").awaitText("\"interrupt\"");
        }
        Path files = launch.data().resolve("workspaces").resolve(unused);
        assertThat(files).isDirectory();
        launch.set("HOLDPOINT_RETENTION", "1s");

        try (Service service = launch.start()) {
            await("the end of the unused thread")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> service.statusOf("/api/threads/" + unused) == 404);
            await("the end of its files").atMost(Duration.ofSeconds(10)).until(() -> Files.notExists(files));
            assertThat(service.statusOfThread(waiting)).isEqualTo("interrupted");
            assertThat(service.log()).contains("nothing happened in them");
        }
    }
}
