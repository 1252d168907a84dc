package dev.holdpoint.journal;

import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest extends JournalContract {

    @TempDir
    Path folder;

    @Override
    Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    DataSource store() {
        return Stores.sqlite(folder.resolve(UUID.randomUUID() + ".db"));
    }
}
