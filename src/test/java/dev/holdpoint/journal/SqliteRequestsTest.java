package dev.holdpoint.journal;

import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;

class SqliteRequestsTest extends RequestsContract {

    @TempDir
    Path folder;

    @Override
    Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    DataSource store() {
        return Stores.sqlite(folder.resolve("journal.db"));
    }
}
