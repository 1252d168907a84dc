package dev.holdpoint.testing;

import dev.holdpoint.journal.PostgresServer;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.Driver;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Real databases for tests. */
public final class Stores {

    private static final int CONNECTIONS = 16;

    private Stores() {}

    /** A migrated SQLite file with the settings of the service. */
    public static DataSource sqlite(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(5_000);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/sqlite")
                .load()
                .migrate();
        return source;
    }

    /** A migrated database of its own on a real PostgreSQL server, behind a small pool that empties itself. */
    public static DataSource postgres() {
        return postgres(Postgres.shared().newDatabase());
    }

    /** This database, migrated. */
    public static DataSource postgres(PostgresServer database) {
        Flyway.configure()
                .dataSource(database.forMigration())
                .locations("classpath:db/postgresql")
                .load()
                .migrate();
        var configuration = new AgroalDataSourceConfigurationSupplier();
        var factory = configuration
                .connectionPoolConfiguration()
                .maxSize(CONNECTIONS)
                .acquisitionTimeout(Duration.ofSeconds(10))
                .reapTimeout(Duration.ofSeconds(1))
                .exceptionSorter(PostgresServer::isFatal)
                .connectionCache(ConnectionCache.none())
                .connectionFactoryConfiguration()
                .connectionProviderClass(Driver.class)
                .jdbcUrl(database.url())
                .principal(new NamePrincipal(database.user()))
                .credential(new SimplePassword(database.password()));
        database.properties().forEach((name, value) -> factory.jdbcProperty((String) name, (String) value));
        try {
            return AgroalDataSource.from(configuration);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
