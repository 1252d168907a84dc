package dev.holdpoint.app;

import dev.holdpoint.journal.Database;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.PostgresServer;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.sqlite.JDBC;

/**
 * The journal's database, opened: a pool of connections that heals by itself when the server was away.
 *
 * <p>The pool is made here and not by the framework, which fixes the kind of its pool when it is built, and can't be
 * told that a connection to a server that became read-only must go.
 */
final class DatabasePool implements AutoCloseable {

    private static final Duration ACQUIRE = Duration.ofSeconds(5);
    private static final Duration VALIDATE_AFTER = Duration.ofSeconds(1);
    private static final int VALIDATE_SECONDS = 2;
    private static final Duration CLOSE_IDLE = Duration.ofMinutes(2);
    private static final Duration MAX_AGE = Duration.ofMinutes(30);

    private final DatabaseSettings settings;
    private final AgroalDataSource pool;

    private DatabasePool(DatabaseSettings settings) throws SQLException {
        this.settings = settings;
        var configuration = new AgroalDataSourceConfigurationSupplier();
        AgroalConnectionPoolConfigurationSupplier connections = configuration
                .connectionPoolConfiguration()
                .minSize(1)
                .maxSize(settings.poolSize())
                .acquisitionTimeout(ACQUIRE)
                .reapTimeout(CLOSE_IDLE)
                .connectionCache(ConnectionCache.none());
        PostgresServer server = settings.server();
        if (server == null) {
            sqlite(connections);
        } else {
            postgres(connections, server);
        }
        this.pool = AgroalDataSource.from(configuration);
    }

    static DatabasePool open(DatabaseSettings settings) throws SQLException {
        return new DatabasePool(settings);
    }

    private void sqlite(AgroalConnectionPoolConfigurationSupplier connections) {
        connections
                .connectionFactoryConfiguration()
                .connectionProviderClass(JDBC.class)
                .jdbcUrl(settings.url())
                .jdbcProperty("journal_mode", "WAL")
                .jdbcProperty("synchronous", "FULL")
                .jdbcProperty("foreign_keys", "true")
                .jdbcProperty("busy_timeout", Long.toString(settings.timeout().toMillis()))
                .jdbcProperty("transaction_mode", "IMMEDIATE");
    }

    private void postgres(AgroalConnectionPoolConfigurationSupplier connections, PostgresServer server) {
        connections
                .idleValidationTimeout(VALIDATE_AFTER)
                .maxLifetime(MAX_AGE)
                .connectionValidator(this::isValid)
                .exceptionSorter(this::isFatal);
        var factory = connections
                .connectionFactoryConfiguration()
                .connectionProviderClass(Driver.class)
                .jdbcUrl(settings.url())
                .principal(new NamePrincipal(server.user()))
                .credential(new SimplePassword(server.password()));
        server.properties().forEach((name, value) -> factory.jdbcProperty((String) name, (String) value));
    }

    private boolean isValid(Connection c) {
        try {
            if (c.isValid(VALIDATE_SECONDS)) {
                return true;
            }
        } catch (SQLException e) {
            // As good as invalid.
        }
        closeIdle();
        return false;
    }

    private boolean isFatal(SQLException failure) {
        boolean fatal = PostgresServer.isFatal(failure);
        if (fatal) {
            closeIdle();
        }
        return fatal;
    }

    /** What broke one connection broke its neighbours: nobody should have to find out one after the other. */
    private void closeIdle() {
        pool.flush(FlushMode.IDLE);
    }

    /** Brings the schema up to date; several processes may do so at the same time. */
    void migrate() {
        PostgresServer server = settings.server();
        DataSource source = server == null ? pool : server.forMigration();
        Flyway.configure()
                .dataSource(source)
                .locations(dialect().migrations())
                .load()
                .migrate();
    }

    DataSource connections() {
        return pool;
    }

    /** The database, as the journal uses it. */
    Database database() {
        return new Database(pool, dialect(), settings.poolSize());
    }

    private Dialect dialect() {
        return settings.server() == null ? Dialect.SQLITE : Dialect.POSTGRESQL;
    }

    /** The server of the journal, from which connections of one's own can be had; null for an SQLite file. */
    @Nullable
    PostgresServer server() {
        return settings.server();
    }

    /** What it is, for people. */
    String name() {
        return Optional.ofNullable(settings.server()).map(PostgresServer::name).orElse("SQLite");
    }

    @Override
    public void close() {
        pool.close();
    }
}
