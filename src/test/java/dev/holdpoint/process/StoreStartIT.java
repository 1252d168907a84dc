package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start on a PostgreSQL database that can't be used ends soon, with one line. */
class StoreStartIT {

    @TempDir
    Path folder = Path.of("");

    private final PostgresServer database = Postgres.shared().newDatabase();

    @Test
    void a_wrong_password() {
        Launch launch = new Launch(folder).on(database).set("HOLDPOINT_DATABASE_PASSWORD", "wrong-s3cret");

        Launch.Ended ended = launch.refuse();

        refused(
                ended,
                "HOLDPOINT_DATABASE_PASSWORD: the server refused the user or the password:"
                        + " check HOLDPOINT_DATABASE_USER too.");
        assertThat(ended.errors() + ended.output()).doesNotContain("wrong-s3cret");
    }

    @Test
    void a_password_in_the_address() {
        Launch launch = new Launch(folder)
                .on(database)
                .set("HOLDPOINT_DATABASE_URL", database.url() + "?password=" + database.password());

        Launch.Ended ended = launch.refuse();

        refused(
                ended,
                "HOLDPOINT_DATABASE_URL: must hold no user and no password:"
                        + " set HOLDPOINT_DATABASE_USER and HOLDPOINT_DATABASE_PASSWORD.");
        assertThat(ended.errors() + ended.output()).doesNotContain(database.password());
    }

    @Test
    void a_server_that_never_says_a_word() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort() + "/journal";
            Launch launch =
                    new Launch(folder).on(database).set("HOLDPOINT_DATABASE_URL", "jdbc:postgresql://" + address);

            refused(launch.refuse(), "HOLDPOINT_DATABASE_URL: PostgreSQL at " + address + " does not answer.");
        }
    }

    @Test
    void a_schema_of_a_newer_version_is_left_alone() throws SQLException {
        Launch launch = new Launch(folder).on(database);
        try (Service service = launch.start()) {
            service.newThread();
        }
        try (Connection c = database.connect();
                Statement s = c.createStatement()) {
            s.execute("UPDATE flyway_schema_history SET version = '99' WHERE version IS NOT NULL");

            Launch.Ended ended = launch.refuse();

            assertThat(ended.errors())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "holdpoint: HOLDPOINT_DATABASE_URL: the database was made by a newer version of Holdpoint");
            assertThat(ended.exitCode()).isEqualTo(2);
            try (ResultSet row = s.executeQuery("SELECT count(*) FROM event")) {
                row.next();
                assertThat(row.getLong(1)).isPositive();
            }
        }
    }

    private static void refused(Launch.Ended ended, String problem) {
        assertThat(ended.errors()).as(ended.output()).containsExactly("holdpoint: " + problem);
        assertThat(ended.exitCode()).isEqualTo(2);
    }
}
