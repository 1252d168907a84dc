package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class JournalContract {

    private final ThreadId thread = ThreadId.create();
    private Journal journal;

    abstract Journal open();

    @BeforeEach
    void openJournal() {
        journal = open();
    }

    private static Event created() {
        return new Event.ThreadCreated(null, Mode.BUILD, Map.of());
    }

    private static Event said(String text) {
        return new Event.UserMessageAdded("m", text);
    }

    private List<Event> events() {
        return journal.read(thread, 0, 1000).stream().map(Recorded::event).toList();
    }

    @Test
    void what_was_appended_is_read_in_order() {
        journal.append(thread, 0, List.of(created()));
        List<Recorded> recorded = journal.append(thread, 1, List.of(said("a"), said("b")));

        assertThat(recorded).extracting(Recorded::seq).containsExactly(2L, 3L);
        assertThat(events()).containsExactly(created(), said("a"), said("b"));
        assertThat(journal.read(thread, 1, 1)).containsExactly(recorded.getFirst());
        assertThat(journal.lastSeq(thread)).contains(3L);
    }

    @Test
    void a_page_is_bounded_by_bytes_and_a_larger_event_comes_alone() {
        String large = "x".repeat(10_000);
        journal.append(thread, 0, List.of(created(), said("a"), said(large), said("b"), said("中".repeat(1_000))));

        assertThat(seqs(journal.read(thread, 0, 1_000, 5_000))).containsExactly(1L, 2L);
        assertThat(seqs(journal.read(thread, 2, 1_000, 5_000))).containsExactly(3L);
        assertThat(seqs(journal.read(thread, 3, 1_000, 2_000))).containsExactly(4L);
        assertThat(seqs(journal.read(thread, 3, 1_000, 5_000))).containsExactly(4L, 5L);
        assertThat(seqs(journal.read(thread, 0, 1, 5_000))).containsExactly(1L);
        assertThat(journal.read(thread, 5, 1_000, 5_000)).isEmpty();
    }

    private static List<Long> seqs(List<Recorded> events) {
        return events.stream().map(Recorded::seq).toList();
    }

    @Test
    void a_writer_with_an_old_sequence_changes_nothing() {
        journal.append(thread, 0, List.of(created()));
        journal.append(thread, 1, List.of(said("first")));

        assertThatThrownBy(() -> journal.append(thread, 1, List.of(said("late"))))
                .isInstanceOf(SequenceConflict.class);
        assertThatThrownBy(() -> journal.append(thread, 0, List.of(created()))).isInstanceOf(SequenceConflict.class);
        assertThat(events()).containsExactly(created(), said("first"));
    }

    @Test
    void nothing_is_appended_to_a_thread_that_does_not_exist() {
        assertThatThrownBy(() -> journal.append(thread, 1, List.of(said("x")))).isInstanceOf(UnknownThread.class);
        assertThat(journal.lastSeq(thread)).isEmpty();
    }

    @Test
    void one_of_many_concurrent_writers_wins() throws Exception {
        journal.append(thread, 0, List.of(created()));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String text = "writer " + i;
                writers.add(() -> wins(text));
            }
            int winners = 0;
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                winners += writer.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
        assertThat(journal.lastSeq(thread)).contains(2L);
    }

    private boolean wins(String text) {
        try {
            journal.append(thread, 1, List.of(said(text)));
            return true;
        } catch (SequenceConflict e) {
            return false;
        }
    }

    @Test
    void odd_text_comes_back_as_it_was() {
        String odd = "nul \0, lone \ud800 and \udc00, pair \ud83d\ude00, 中文, quote \" and \\";
        journal.append(thread, 0, List.of(created(), said(odd)));

        assertThat(events()).contains(said(odd));
    }

    @Test
    void followers_see_each_batch_once_after_it_is_durable() {
        List<Recorded> seen = new ArrayList<>();
        try (var following = journal.follow(batch -> {
            assertThat(journal.lastSeq(thread)).contains(batch.getLast().seq());
            seen.addAll(batch);
        })) {
            journal.append(thread, 0, List.of(created(), said("a")));
            assertThat(following).isNotNull();
        }
        journal.append(thread, 2, List.of(said("unseen")));

        assertThat(seen).extracting(Recorded::seq).containsExactly(1L, 2L);
    }

    @Test
    void threads_are_listed_by_newest_activity_page_by_page() throws Exception {
        List<ThreadId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(ThreadId.create());
            journal.append(ids.get(i), 0, List.of(created()));
            Thread.sleep(2);
        }
        List<ThreadId> listed = new ArrayList<>();
        String cursor = null;
        do {
            Journal.Page page = journal.list(2, cursor);
            listed.addAll(page.threads());
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(listed).containsExactlyElementsOf(ids.reversed());
        assertThatThrownBy(() -> journal.list(2, "nonsense")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void threads_are_found_by_where_they_stand() {
        journal.append(thread, 0, List.of(created(), new Event.RunStarted("r", null, Mode.BUILD)));
        assertThat(journal.withStatus(Status.RUNNING)).containsExactly(thread);

        journal.append(thread, 2, List.of(new Event.RunFinished("r")));
        assertThat(journal.withStatus(Status.RUNNING)).isEmpty();
        assertThat(journal.withStatus(Status.IDLE)).containsExactly(thread);
    }

    @Test
    void a_deleted_thread_is_gone_with_its_events() {
        journal.append(thread, 0, List.of(created(), said("a")));

        assertThat(journal.delete(thread)).isTrue();
        assertThat(journal.delete(thread)).isFalse();
        assertThat(events()).isEmpty();
        assertThat(journal.all()).isEmpty();
    }

    @Test
    void an_interrupted_thread_still_writes() {
        Thread.currentThread().interrupt();
        journal.append(thread, 0, List.of(created()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(events()).containsExactly(created());
    }
}
