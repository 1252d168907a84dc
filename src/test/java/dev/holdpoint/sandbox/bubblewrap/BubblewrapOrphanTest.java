package dev.holdpoint.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands die with the service, however it dies, and outlive whatever thread asked for them. */
@Timeout(90)
class BubblewrapOrphanTest {

    private static final ThreadId THREAD = new ThreadId("orphan");
    private static final String TICK = "(while :; do echo x >> /workspace/ticks; sleep 0.1; done) & wait";

    @TempDir
    Path folder;

    /** The service in a process of its own. */
    static final class Service {

        private Service() {}

        public static void main(String[] arguments) throws Exception {
            SandboxSettings settings = BubblewrapSetting.of(Path.of(arguments[0]), Path.of(arguments[0], "none"));
            BubblewrapSandboxes sandboxes = new BubblewrapSandboxes(settings, Workspaces.open(settings));
            sandboxes.of(THREAD).exec(new ExecRequest(TICK, Duration.ofMinutes(1)), (stream, bytes) -> {});
        }
    }

    @Test
    void killing_the_service_kills_its_commands() throws Exception {
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Service.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        Path ticks = folder.resolve("orphan/ticks");
        for (int i = 0; i < 1000 && !Files.exists(ticks); i++) {
            Thread.sleep(20);
        }
        assertThat(ticks).exists();

        service.destroyForcibly().waitFor();

        Thread.sleep(500);
        long before = Files.size(ticks);
        Thread.sleep(500);
        assertThat(Files.size(ticks)).isEqualTo(before);
    }
}
