package dev.holdpoint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the pool does with connections that met something bad. */
class DatabasePoolTest {

    private static final int POOL = 3;

    private final PostgresServer server = Postgres.shared().newDatabase();

    private DatabasePool open() throws SQLException {
        return DatabasePool.open(new DatabaseSettings(server.url(), server, POOL, Duration.ofSeconds(2)));
    }

    @Test
    void a_connection_that_became_read_only_leaves_the_pool() throws SQLException {
        try (DatabasePool database = open()) {
            long useless = inPool(database, DatabasePoolTest::makeReadOnly);

            long next = inPool(database, c -> execute(c, "CREATE TABLE x (y INT)"));

            assertThat(next).isNotEqualTo(useless);
        }
    }

    @Test
    void a_connection_after_an_ordinary_failure_stays() throws SQLException {
        try (DatabasePool database = open()) {
            long failed = inPool(
                    database,
                    c -> assertThatThrownBy(() -> execute(c, "SELECT nothing")).isInstanceOf(SQLException.class));

            long next = inPool(database, c -> execute(c, "SELECT 1"));

            assertThat(next).isEqualTo(failed);
        }
    }

    @Test
    void sessions_that_were_ended_are_replaced() throws SQLException {
        try (DatabasePool database = open()) {
            fill(database);

            Postgres.shared().endSessions(server);

            await("new sessions")
                    .atMost(Duration.ofSeconds(5))
                    .ignoreExceptions()
                    .until(() -> {
                        fill(database);
                        return true;
                    });
        }
    }

    @Test
    void nobody_waits_for_a_connection_without_end() throws SQLException {
        try (DatabasePool database = open()) {
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < POOL; i++) {
                taken.add(database.connections().getConnection());
            }

            assertThatThrownBy(database.connections()::getConnection).isInstanceOf(SQLException.class);

            for (Connection c : taken) {
                c.close();
            }
        }
    }

    @Test
    void several_processes_bring_the_schema_up_to_date_at_once() throws Exception {
        try (DatabasePool one = open();
                DatabasePool other = open();
                ExecutorService both = Executors.newFixedThreadPool(2)) {

            List<Future<?>> migrations = List.of(both.submit(one::migrate), both.submit(other::migrate));

            for (Future<?> migration : migrations) {
                migration.get();
            }
            assertThat(server.problem()).isEmpty();
        }
    }

    private interface Work {
        void with(Connection c) throws SQLException;
    }

    /** @return the session that did it */
    private static long inPool(DatabasePool database, Work work) throws SQLException {
        try (Connection c = database.connections().getConnection();
                Statement s = c.createStatement();
                ResultSet row = s.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            work.with(c);
            return row.getLong(1);
        }
    }

    private static void makeReadOnly(Connection c) throws SQLException {
        execute(c, "SET default_transaction_read_only = on");
        assertThatThrownBy(() -> execute(c, "CREATE TABLE x (y INT)")).isInstanceOf(SQLException.class);
    }

    private static void execute(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** Uses every connection there can be, all at once. */
    private static void fill(DatabasePool database) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                taken.add(database.connections().getConnection());
                execute(taken.getLast(), "SELECT 1");
            }
        } finally {
            for (Connection c : taken) {
                c.close();
            }
        }
    }
}
