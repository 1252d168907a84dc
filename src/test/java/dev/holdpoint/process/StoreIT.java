package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on PostgreSQL: while the server is away nothing is acknowledged, and all goes on once it is back. */
class StoreIT {

    private static Postgres postgres = Postgres.shared();

    @TempDir
    Path folder = Path.of("");

    private PostgresServer database = postgres.newDatabase();

    private Launch launch() {
        return new Launch(folder).on(database).set("HOLDPOINT_DATABASE_TIMEOUT", "3s");
    }

    @Test
    void a_turn_and_a_restart() {
        Launch launch = launch();
        String thread;
        try (Service service = launch.start()) {
            thread = turn(service);
            assertThat(store(service).path("data").path("uses").asText()).isEqualTo(database.name());
        }

        try (Service service = launch.start()) {
            assertThat(service.events(thread)).contains("RUN_FINISHED");
            assertThat(service.log()).doesNotContain(database.password());
        }
    }

    private static String turn(Service service) {
        String thread = service.newThread();
        service.chat(thread, "hello").awaitText("RUN_FINISHED");
        return thread;
    }

    private static JsonNode store(Service service) {
        for (JsonNode check : service.readiness().path("checks")) {
            if (check.path("name").asText().equals("store")) {
                return check;
            }
        }
        throw new AssertionError("no word about the store");
    }
}
