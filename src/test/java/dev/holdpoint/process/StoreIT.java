package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on PostgreSQL: while the server is away nothing is acknowledged, and all goes on once it is back. */
class StoreIT {

    private static final Postgres POSTGRES = Postgres.start();

    private static final Duration RECOVERY = Duration.ofSeconds(30);
    /** What is set below, and what is around it: waiting for a connection, a second for the socket, a busy machine. */
    private static final Duration ANSWER = Duration.ofSeconds(3 + 5 + 1 + 3);

    @TempDir
    Path folder = Path.of("");

    private final PostgresServer database = POSTGRES.newDatabase();

    @AfterAll
    static void closeServer() {
        POSTGRES.close();
    }

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

    @Test
    void a_server_that_dies_and_comes_back() {
        try (Service service = launch().start()) {
            String thread = turn(service);

            POSTGRES.stop();

            try {
                unavailable(service);
                unready(service);
            } finally {
                POSTGRES.startAgain();
            }
            recovered(service, thread);
        }
    }

    @Test
    void a_server_that_is_silent_and_speaks_again() {
        try (Service service = launch().start()) {
            String thread = turn(service);

            POSTGRES.freeze();

            try {
                unavailable(service);
                unready(service);
            } finally {
                POSTGRES.thaw();
            }
            recovered(service, thread);
        }
    }

    @Test
    void a_server_that_takes_no_writes_for_a_while() {
        try (Service service = launch().start()) {
            String thread = turn(service);

            POSTGRES.setReadOnly(true);

            try {
                await("writes to be refused").atMost(RECOVERY).until(() -> isUnavailable(service));
                assertThat(service.statusOfThread(thread)).isEqualTo("idle");
            } finally {
                POSTGRES.setReadOnly(false);
            }
            recovered(service, thread);
        }
    }

    @Test
    void sessions_that_an_administrator_ends() {
        try (Service service = launch().start()) {
            String thread = turn(service);

            POSTGRES.endSessions(database);

            recovered(service, thread);
        }
    }

    private static String turn(Service service) {
        String thread = service.newThread();
        service.chat(thread, "ls").awaitText("RUN_FINISHED");
        return thread;
    }

    private static boolean isUnavailable(Service service) {
        return newThread(service).path("code").asText().equals("store_unavailable");
    }

    private static JsonNode newThread(Service service) {
        return service.post("/api/sessions", "{}");
    }

    private static void unavailable(Service service) {
        Instant asked = Instant.now();
        JsonNode answer = newThread(service);
        assertThat(Duration.between(asked, Instant.now())).isLessThan(ANSWER);
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("store_unavailable");
        assertThat(answer.path("status").asInt()).isEqualTo(503);
    }

    private void unready(Service service) {
        JsonNode store = store(service);
        assertThat(store.path("status").asText()).isEqualTo("DOWN");
        assertThat(store.path("data").path("uses").asText()).isEqualTo(database.name());
        assertThat(store.path("data").path("problem").asText()).isNotEmpty();
        assertThat(service.statusOf("/q/health/ready")).isEqualTo(503);
    }

    private static void recovered(Service service, String thread) {
        await("the store to be back")
                .atMost(RECOVERY)
                .until(() -> newThread(service).has("thread_id") && service.statusOf("/q/health/ready") == 200);
        assertThat(service.events(thread)).contains("RUN_FINISHED");
        assertThat(service.events(turn(service))).contains("RUN_FINISHED");
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
