package dev.holdpoint.app;

import dev.holdpoint.journal.Database;
import dev.holdpoint.journal.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database as the service has it by default: migrated, behind the service's own pool. */
public final class OpenStore implements AutoCloseable {

    private static final int SQLITE_POOL = 8;
    private static final int POSTGRESQL_POOL = 16;

    private final DatabasePool pool;

    private OpenStore(String url, @Nullable PostgresServer server, int connections) throws SQLException {
        pool = DatabasePool.open(new DatabaseSettings(url, server, connections, Duration.ofSeconds(10)));
        pool.migrate();
    }

    public static OpenStore sqlite(Path file) throws SQLException {
        return new OpenStore("jdbc:sqlite:" + file, null, SQLITE_POOL);
    }

    public static OpenStore postgresql(PostgresServer server) throws SQLException {
        return new OpenStore(server.url(), server, POSTGRESQL_POOL);
    }

    public DataSource connections() {
        return pool.connections();
    }

    public Database database() {
        return pool.database();
    }

    @Override
    public void close() {
        pool.close();
    }
}
