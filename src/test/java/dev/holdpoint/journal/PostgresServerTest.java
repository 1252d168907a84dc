package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerTest {

    private static final Postgres POSTGRES = Postgres.shared();

    private final PostgresServer database = POSTGRES.newDatabase();

    private static PostgresServer with(String url, PostgresServer like) {
        return new PostgresServer(url, like.user(), like.password(), like.timeout());
    }

    @Test
    void an_empty_database_can_be_used_and_so_can_one_in_use() {
        assertThat(database.problem()).isEmpty();

        Stores.postgres(database);

        assertThat(database.problem()).isEmpty();
    }

    @Test
    void a_database_that_does_not_exist() {
        PostgresServer missing = with(database.url() + "x", database);

        assertThat(missing.problem())
                .contains("HOLDPOINT_DATABASE_URL: there is no such database on the server: make it first.");
    }

    @Test
    void a_port_at_which_nobody_listens() {
        PostgresServer nobody = with("jdbc:postgresql://127.0.0.1:1/journal", database);

        assertThat(nobody.problem())
                .contains("HOLDPOINT_DATABASE_URL: PostgreSQL at 127.0.0.1:1/journal does not answer.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong"})
    void a_password_that_is_missing_or_wrong(String password) {
        PostgresServer locked = new PostgresServer(database.url(), database.user(), password, database.timeout());

        assertThat(locked.problem())
                .hasValueSatisfying(
                        line -> assertThat(line).startsWith("HOLDPOINT_DATABASE_PASSWORD: the server refused"));
    }

    @Test
    void a_database_that_takes_no_writes() {
        POSTGRES.sql("ALTER DATABASE " + database.user() + " SET default_transaction_read_only = on");

        assertThat(database.problem())
                .contains("HOLDPOINT_DATABASE_URL: the server is read-only: name the one that accepts writes.");
    }

    @Test
    void a_user_that_may_not_make_tables() {
        POSTGRES.sql("ALTER DATABASE " + database.user() + " OWNER TO postgres");

        assertThat(database.problem())
                .contains("HOLDPOINT_DATABASE_URL: HOLDPOINT_DATABASE_USER may not make tables in this database:"
                        + " grant it CREATE.");
    }

    @Test
    void a_statement_that_takes_too_long_is_ended_by_the_server() throws SQLException {
        PostgresServer hasty =
                new PostgresServer(database.url(), database.user(), database.password(), Duration.ofMillis(300));
        try (Connection c = hasty.connect();
                Statement s = c.createStatement()) {

            SQLException failure = failure(s, "SELECT pg_sleep(30)");

            assertThat(failure.getSQLState()).isEqualTo("57014");
            assertThat(PostgresServer.isFatal(failure)).isFalse();
            assertThat(c.isValid(1)).isTrue();
        }
    }

    @Test
    void a_connection_that_became_read_only_is_of_no_use() throws SQLException {
        try (Connection c = database.connect();
                Statement s = c.createStatement()) {
            s.execute("SET default_transaction_read_only = on");

            SQLException failure = failure(s, "CREATE TABLE x (y INT)");

            assertThat(PostgresServer.isFatal(failure)).isTrue();
        }
    }

    private static SQLException failure(Statement s, String sql) {
        try {
            s.execute(sql);
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError("it worked");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://host/db, true, false",
        "'jdbc:postgresql://one:5432,two:5433/db?targetServerType=primary', true, false",
        "jdbc:postgresql://host/db?password=s3cret, true, true",
        "jdbc:postgresql://host/db?user=me, true, true",
        "jdbc:postgresql://host/db?sslpassword=s3cret, true, true",
        "jdbc:postgresql://me:s3cret@host/db, true, true",
        "jdbc:postgresql://host:port/db, false, false",
        "jdbc:postgresql://host/, false, false",
        "jdbc:postgresql:db, false, false",
        "jdbc:sqlite:file.db, false, false"
    })
    void an_address_is_told_from_others_and_holds_no_secret(String url, boolean named, boolean secret) {
        assertThat(PostgresServer.isNamedBy(url)).isEqualTo(named);
        assertThat(PostgresServer.holdsCredentials(url)).isEqualTo(secret);
    }

    @Test
    void it_never_shows_its_password() {
        assertThat(database.toString()).doesNotContain(database.password()).isEqualTo(database.name());
    }
}
