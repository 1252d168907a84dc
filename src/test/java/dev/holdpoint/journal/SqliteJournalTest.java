package dev.holdpoint.journal;

import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest extends JournalContract {

    @TempDir
    Path folder;

    @Override
    Journal open() {
        return new JdbcJournal(Stores.sqlite(folder.resolve("journal.db")), Clock.systemUTC());
    }
}
