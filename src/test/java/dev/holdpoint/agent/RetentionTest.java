package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.UnknownThread;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.Stores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

    private static final Duration KEEP = Duration.ofDays(90);
    private final Instant now = Instant.now();
    private final Instant longAgo = now.minus(KEEP).minusSeconds(1);
    private final Instant lately = now.minus(KEEP).plus(KEEP.dividedBy(2));

    private final List<ThreadId> removed = new ArrayList<>();

    @TempDir
    Path folder;

    private Replica replica;

    @BeforeEach
    void open() {
        replica = at(now);
    }

    private Replica at(Instant time) {
        DataSource store = Stores.sqlite(folder.resolve("journal.db"));
        return Replica.on(store, Dialect.SQLITE, Clock.fixed(time, ZoneOffset.UTC), Duration.ofSeconds(15));
    }

    private ThreadId thread(Journal journal) {
        ThreadId id = ThreadId.create();
        journal.append(id, 0, List.of(new ThreadCreated(null, Mode.BUILD, Map.of())));
        return id;
    }

    private void removeUnused() {
        try (var retention = new Retention(replica.journal(), KEEP, removed::add, Instant::now)) {
            retention.removeUnused();
        }
    }

    @Test
    void threads_that_are_idle_or_failed_for_long_are_removed_and_no_others() {
        Journal old = at(longAgo).journal();
        ThreadId idle = thread(old);
        ThreadId failed = thread(old);
        old.append(
                failed,
                1,
                List.of(
                        new RunStarted("r", null, Mode.BUILD),
                        new RunFailed("r", new Failure(Failure.Code.INTERNAL, "m"))));
        ThreadId running = thread(old);
        old.append(running, 1, List.of(new RunStarted("r", null, Mode.BUILD)));
        ThreadId young = thread(at(lately).journal());

        removeUnused();

        assertThat(removed).containsExactlyInAnyOrder(idle, failed);
        assertThat(replica.journal().list(10, null, Journal.Wanted.ALL).threads())
                .extracting(Journal.Listed::thread)
                .containsExactlyInAnyOrder(running, young);
    }

    @Test
    void a_copy_that_was_given_up_is_removed_also_when_threads_are_kept_for_ever() {
        Instant now = Instant.now();
        Journal old = at(now.minus(Duration.ofHours(1)).minusMillis(1)).journal();
        ThreadId id = ThreadId.create();
        Retention forEver = new Retention(replica.journal(), null, removed::add, () -> now);
        Iterator<Recorded> events = Stream.of(new Recorded(id, 1, now, new ThreadCreated(null, Mode.BUILD, Map.of())))
                .peek(event -> forEver.removeUnused())
                .iterator();

        assertThatThrownBy(() -> old.load(id, events)).isInstanceOf(UnknownThread.class);

        assertThat(removed).containsExactly(id);
        forEver.close();
    }

    @Test
    void many_are_removed_batch_by_batch() {
        Journal old = at(longAgo).journal();
        for (int i = 0; i < 120; i++) {
            thread(old);
        }

        removeUnused();

        assertThat(removed).hasSize(120).doesNotHaveDuplicates();
        assertThat(replica.journal().list(10, null, Journal.Wanted.ALL).threads())
                .isEmpty();
    }

    @Test
    void one_whose_files_cannot_be_removed_does_not_keep_the_others() {
        Journal old = at(longAgo).journal();
        for (int i = 0; i < 3; i++) {
            thread(old);
        }

        try (var retention = new Retention(
                replica.journal(),
                KEEP,
                id -> {
                    removed.add(id);
                    throw new IllegalStateException("the engine is down");
                },
                Instant::now)) {
            retention.removeUnused();
        }

        assertThat(removed).hasSize(3).doesNotHaveDuplicates();
    }
}
