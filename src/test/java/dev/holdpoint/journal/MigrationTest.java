package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.testing.Replica;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of the version before is taken over with all that is in it. */
class MigrationTest {

    /** Add what is new. What was released is never edited: it was carried out on people's databases. */
    private static final Map<String, String> MIGRATIONS = Map.of(
            "sqlite/V1__journal.sql", "c38716672ce30177",
            "sqlite/V2__replicas.sql", "7c6184c256724ac2",
            "sqlite/V3__use.sql", "faf19ebfc6a8f971",
            "postgresql/V1__journal.sql", "15f328d49373d1a2",
            "postgresql/V2__use.sql", "faf19ebfc6a8f971");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void copy() throws IOException {
        file = folder.resolve("journal.db");
        try (InputStream old = MigrationTest.class.getResourceAsStream("/stores/sqlite-v1.db")) {
            Files.copy(Objects.requireNonNull(old), file);
        }
    }

    private JdbcJournal migrated() {
        JdbcJournal journal = Replica.sqlite(file).journal();
        journal.completeRows();
        return journal;
    }

    private static Map<String, Status> found(Journal journal, String search) {
        Map<String, Status> found = new TreeMap<>();
        journal.list(10, null, new Journal.Wanted(search, null))
                .threads()
                .forEach(t -> found.put(
                        String.valueOf(t.summary().title()), t.summary().status()));
        return found;
    }

    @Test
    void every_thread_is_listed_with_its_title_and_status() {
        JdbcJournal journal = migrated();

        assertThat(journal.list(10, null, Journal.Wanted.ALL).threads())
                .extracting(t -> t.summary().title(), t -> t.summary().status(), Journal.Listed::lastSeq)
                .containsExactlyInAnyOrder(
                        tuple("Finished work", Status.INTERRUPTED, 13L),
                        tuple("Running", Status.RUNNING, 4L),
                        tuple("Never used", Status.IDLE, 1L),
                        tuple("run: echo once >> /workspace/log", Status.INTERRUPTED, 8L));
    }

    @Test
    void titles_are_found() {
        JdbcJournal journal = migrated();

        assertThat(found(journal, "RUN")).containsOnlyKeys("Running", "run: echo once >> /workspace/log");
        assertThat(found(journal, "never")).containsExactly(Map.entry("Never used", Status.IDLE));
    }

    @Test
    void every_event_can_be_read_and_the_rows_say_what_the_events_say() {
        JdbcJournal journal = migrated();

        for (Journal.Listed thread : journal.list(10, null, Journal.Wanted.ALL).threads()) {
            Summary summary = Summary.NONE;
            for (Recorded event : journal.read(thread.thread(), 0, 100)) {
                summary = summary.after(event.event(), event.at());
            }
            assertThat(thread.summary()).isEqualTo(summary);
        }
    }

    @Test
    void completing_again_changes_nothing() {
        JdbcJournal journal = migrated();
        List<Journal.Listed> once = journal.list(10, null, Journal.Wanted.ALL).threads();

        journal.completeRows();

        assertThat(journal.list(10, null, Journal.Wanted.ALL).threads()).isEqualTo(once);
    }

    @Test
    void a_migration_that_was_released_is_never_edited() throws IOException {
        Map<String, String> digests = new TreeMap<>();
        Path root = Path.of("src/main/resources/db");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path migration : files.filter(Files::isRegularFile).toList()) {
                digests.put(root.relativize(migration).toString(), digest(migration));
            }
        }

        assertThat(digests).containsExactlyInAnyOrderEntriesOf(MIGRATIONS);
    }

    @Test
    void the_newest_migration_is_the_newest_schema_that_is_known() {
        assertThat(newest("sqlite/")).isEqualTo(SqliteFile.SCHEMA);
        assertThat(newest("postgresql/")).isEqualTo(PostgresServer.SCHEMA);
    }

    private static int newest(String prefix) {
        return MIGRATIONS.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .mapToInt(name -> Integer.parseInt(name.replaceAll(".*/V(\\d+)__.*", "$1")))
                .max()
                .orElse(0);
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)))
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
