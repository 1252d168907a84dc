package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Replica;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class JournalContract {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Event RUNS = new Event.RunStarted("r", null, Mode.BUILD);

    private final ThreadId thread = ThreadId.create();
    private DataSource store;
    private Journal journal;
    private Replicas replicas;
    private Replica other;

    abstract Dialect dialect();

    abstract DataSource store();

    @BeforeEach
    void open() {
        store = store();
        Replica one = Replica.on(store, dialect(), Clock.systemUTC(), LEASE);
        other = Replica.on(store, dialect(), Clock.systemUTC(), LEASE);
        journal = one.journal();
        replicas = one.replicas();
        replicas.join();
        other.replicas().join();
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
            Journal.Page page = journal.list(2, cursor, Journal.Wanted.ALL);
            page.threads().forEach(t -> listed.add(t.thread()));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(listed).containsExactlyElementsOf(ids.reversed());
        assertThatThrownBy(() -> journal.list(2, "nonsense", Journal.Wanted.ALL))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_summary_follows_the_events() {
        journal.append(thread, 0, List.of(created(), new Event.RunStarted("r", null, Mode.BUILD)));
        assertThat(standing()).isEqualTo(Status.RUNNING);

        journal.append(thread, 2, List.of(new Event.RunFinished("r")));
        assertThat(standing()).isEqualTo(Status.IDLE);
    }

    private Status standing() {
        return journal.find(List.of(thread)).getFirst().summary().status();
    }

    @Test
    void a_deleted_thread_is_gone_with_its_events() {
        journal.append(thread, 0, List.of(created(), said("a")));

        assertThat(journal.delete(thread)).isTrue();
        assertThat(journal.delete(thread)).isFalse();
        assertThat(events()).isEmpty();
        assertThat(journal.find(List.of(thread))).isEmpty();
    }

    @Test
    void an_interrupted_thread_still_writes() {
        Thread.currentThread().interrupt();
        journal.append(thread, 0, List.of(created()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(events()).containsExactly(created());
    }

    private void startRun() {
        journal.append(thread, 0, List.of(created(), new Event.RunStarted("r", null, Mode.BUILD)));
    }

    private static Optional<Claim> claim(Replicas by, ThreadId id) {
        return by.held(id).or(() -> by.take(id));
    }

    private Append appending(long expectedSeq, Claim claim) {
        return Append.of(thread, expectedSeq, List.of(said("x"))).under(claim);
    }

    @Test
    void who_starts_a_run_owns_it() {
        startRun();

        Claim claim = claim(replicas, thread).orElseThrow();
        assertThat(claim(other.replicas(), thread)).isEmpty();
        assertThat(other.replicas().mine()).isEmpty();
        assertThat(replicas.mine()).containsExactly(thread);
        assertThat(journal.append(appending(2, claim))).hasSize(1);
    }

    @Test
    void a_run_that_ended_belongs_to_nobody() {
        startRun();
        journal.append(thread, 2, List.of(new Event.RunFinished("r")));

        assertThat(claim(replicas, thread)).isEmpty();
        other.journal().append(thread, 3, List.of(new Event.RunStarted("s", null, Mode.BUILD)));
        assertThat(claim(other.replicas(), thread)).isPresent();
    }

    @Test
    void the_run_of_a_replica_that_left_can_be_claimed_and_its_own_claim_is_lost() {
        startRun();
        Claim old = claim(replicas, thread).orElseThrow();
        replicas.leave();

        assertThat(other.replicas().mine()).containsExactly(thread);
        Claim claim = claim(other.replicas(), thread).orElseThrow();

        assertThat(claim.epoch()).isGreaterThan(old.epoch());
        assertThatThrownBy(() -> journal.append(appending(2, old))).isInstanceOf(ClaimLost.class);
        assertThat(other.journal().append(appending(2, claim))).hasSize(1);
    }

    @Test
    void a_replica_is_struck_off_when_its_lease_ran_out_and_not_before() {
        Replicas brief = new Replicas(database(), "brief", "brief", Duration.ofMillis(1));
        brief.join();

        Awaitility.await().until(replicas::strikeOffDead);

        assertThat(replicas.alive())
                .containsExactlyInAnyOrder(replicas.id(), other.replicas().id());
        assertThat(replicas.strikeOffDead()).isFalse();
    }

    private Database database() {
        return new Database(store, dialect(), 2);
    }

    @Test
    void a_restart_takes_the_place_of_the_earlier_life() {
        startRun();
        Replicas reborn = new Replicas(database(), "reborn", "folder-of-" + replicas.id(), LEASE);
        reborn.join();

        assertThat(reborn.alive())
                .containsExactlyInAnyOrder("reborn", other.replicas().id());
        assertThat(claim(reborn, thread)).isPresent();
    }

    @Test
    void all_replicas_know_the_store_by_one_name() {
        assertThat(replicas.store()).isEqualTo(other.replicas().store());
    }

    @Test
    void two_stores_have_two_names_though_one_data_folder_used_both() {
        Replicas second = new Replicas(new Database(store(), dialect(), 2), "id", "folder-of-" + replicas.id(), LEASE);

        assertThat(second.store()).isNotEqualTo(replicas.store());
    }

    @Test
    void threads_are_found_by_a_part_of_their_title() {
        journal.append(thread, 0, List.of(new Event.ThreadCreated("100% Größe_x", Mode.BUILD, Map.of())));
        journal.append(ThreadId.create(), 0, List.of(new Event.ThreadCreated("1000 y", Mode.BUILD, Map.of())));
        journal.append(ThreadId.create(), 0, List.of(created()));

        assertThat(found("0% GRÖSSE".replace("SS", "ß"))).containsExactly(thread);
        assertThat(found("_X")).containsExactly(thread);
        assertThat(found("100")).hasSize(2);
        assertThat(found("nothing")).isEmpty();
    }

    private List<ThreadId> found(String search) {
        return listed(new Journal.Wanted(search, null));
    }

    private List<ThreadId> listed(Journal.Wanted wanted) {
        return journal.list(10, null, wanted).threads().stream()
                .map(Journal.Listed::thread)
                .toList();
    }

    private ThreadId beginning(String title, Event... events) {
        ThreadId id = ThreadId.create();
        journal.append(id, 0, List.of(new Event.ThreadCreated(title, Mode.BUILD, Map.of())));
        journal.append(id, 1, List.of(events));
        return id;
    }

    private static Event waits(int calls) {
        return new Event.ApprovalRequested(
                "r",
                IntStream.range(0, calls)
                        .mapToObj(i -> interrupt("i" + i, new ToolCall("c" + i, "execute", "{}"), null))
                        .toList());
    }

    @Test
    void threads_are_listed_by_where_they_stand() {
        ThreadId idle = beginning("a");
        ThreadId runs = beginning("b", RUNS);
        ThreadId waits = beginning("c", RUNS, waits(1));
        ThreadId failed = beginning("d", RUNS, new Event.RunFailed("r", new Failure(Failure.Code.INTERNAL, "")));

        assertThat(listed(new Journal.Wanted(null, Status.IDLE))).containsExactly(idle);
        assertThat(listed(new Journal.Wanted(null, Status.RUNNING))).containsExactly(runs);
        assertThat(listed(new Journal.Wanted(null, Status.INTERRUPTED))).containsExactly(waits);
        assertThat(listed(new Journal.Wanted(null, Status.FAILED))).containsExactly(failed);
        assertThat(listed(new Journal.Wanted("c", Status.INTERRUPTED))).containsExactly(waits);
        assertThat(listed(new Journal.Wanted("c", Status.IDLE))).isEmpty();
    }

    @Test
    void threads_that_stand_so_come_page_by_page() {
        Set<ThreadId> waiting = Set.of(beginning("a", RUNS, waits(1)), beginning("b", RUNS, waits(1)));
        beginning("c", RUNS);
        Journal.Wanted wanted = new Journal.Wanted(null, Status.INTERRUPTED);

        Journal.Page first = journal.list(1, null, wanted);
        Journal.Page second = journal.list(1, first.nextCursor(), wanted);

        assertThat(Stream.of(first, second).flatMap(page -> page.threads().stream()))
                .extracting(Journal.Listed::thread)
                .containsExactlyInAnyOrderElementsOf(waiting);
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void calls_that_wait_are_counted_in_all_threads_whatever_is_listed() {
        assertThat(waiting()).isZero();
        ThreadId two = beginning("a", RUNS, waits(2));
        ThreadId one = beginning("b", RUNS, waits(1));
        beginning("c", RUNS, waits(4), RUNS);
        assertThat(waiting()).isEqualTo(3);
        assertThat(journal.list(1, null, new Journal.Wanted("b", Status.IDLE)).waiting())
                .isEqualTo(3);

        journal.append(two, 3, List.of(new Event.ApprovalDecided("i0", "c0", Decision.approve(), "user")));
        assertThat(waiting()).isEqualTo(2);
        journal.delete(one);
        assertThat(waiting()).isEqualTo(1);
    }

    private int waiting() {
        return journal.list(1, null, Journal.Wanted.ALL).waiting();
    }

    @Test
    void a_row_of_an_older_version_counts_nothing_until_it_is_completed() throws SQLException {
        beginning("a", RUNS, waits(2));
        ThreadId old = beginning("b", RUNS, waits(1));
        try (Connection c = store.getConnection()) {
            Database.change(
                    c,
                    "UPDATE thread SET summary = NULL, waiting = NULL WHERE id = ?",
                    s -> s.setString(1, old.value()));
        }
        assertThat(waiting()).isEqualTo(2);

        journal.append(old, 3, List.of(new Event.ThreadUpdated("B", null, null)));

        assertThat(waiting()).isEqualTo(3);
    }

    @Test
    void what_a_thread_that_is_being_loaded_waits_for_counts_once_it_is_whole() {
        Instant then = Instant.parse("2020-01-01T00:00:00Z");
        List<Event> past = List.of(created(), RUNS, waits(2));

        journal.load(
                thread,
                Stream.of(1, 2, 3)
                        .peek(seq -> assertThat(waiting()).isZero())
                        .map(seq -> new Recorded(thread, seq, then, past.get(seq - 1)))
                        .iterator());

        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void a_title_may_hold_any_character() {
        String odd = "nul \0 and lone \ud800";
        journal.append(thread, 0, List.of(new Event.ThreadCreated(odd, Mode.BUILD, Map.of("k", odd))));

        assertThat(journal.find(List.of(thread)).getFirst().summary().title()).isEqualTo(odd);
    }

    @Test
    void what_waits_is_found_when_it_expires() {
        Instant at = Instant.parse("2030-01-01T00:00:00Z");
        ToolCall call = new ToolCall("c", "execute", "{}");
        startRun();
        journal.append(thread, 2, List.of(new Event.ApprovalRequested("r", List.of(interrupt(call, at)))));

        assertThat(journal.expired(at.minusMillis(1))).isEmpty();
        assertThat(journal.expired(at)).containsExactly(thread);

        journal.append(thread, 3, List.of(new Event.ApprovalDecided("i", "c", Decision.approve(), "user")));
        assertThat(journal.expired(at)).isEmpty();
    }

    private static Interrupt interrupt(ToolCall call, Instant at) {
        return interrupt("i", call, at);
    }

    private static Interrupt interrupt(String id, ToolCall call, @Nullable Instant at) {
        return new Interrupt(id, call, "d", "why", "what", null, List.of(Decision.Type.APPROVE), at);
    }

    @Test
    void a_loaded_thread_is_as_it_was_elsewhere() {
        Instant then = Instant.parse("2020-01-01T00:00:00Z");
        journal.load(
                thread,
                List.of(new Recorded(thread, 1, then, created()), new Recorded(thread, 2, then, said("a")))
                        .iterator());

        assertThat(events()).containsExactly(created(), said("a"));
        assertThat(journal.find(List.of(thread)).getFirst().summary().createdAt())
                .isEqualTo(then);
        assertThatThrownBy(() -> journal.load(
                        thread,
                        List.of(new Recorded(thread, 1, then, created())).iterator()))
                .isInstanceOf(SequenceConflict.class);
        assertThat(journal.append(thread, 2, List.of(said("b")))).hasSize(1);
    }

    @Test
    void a_deleted_thread_leaves_no_row_in_any_table() throws SQLException {
        RequestKey request = new RequestKey(thread.value(), "key", "print");
        journal.append(Append.of(thread, 0, List.of(created(), said("a"))).carryingOut(request));
        assertThat(rows())
                .containsEntry("thread", 1L)
                .containsEntry("event", 2L)
                .containsEntry("request", 1L);

        journal.delete(thread);

        assertThat(rows())
                .isNotEmpty()
                .allSatisfy((table, count) -> assertThat(count).as(table).isZero());
    }

    /** How many rows each table has of those that belong to threads. */
    private Map<String, Long> rows() throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection c = store.getConnection();
                ResultSet tables = c.getMetaData().getTables(null, c.getSchema(), "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                counts.put(tables.getString("TABLE_NAME"), 0L);
            }
            counts.keySet().removeAll(Set.of("flyway_schema_history", "replica", "store"));
            for (Map.Entry<String, Long> table : counts.entrySet()) {
                String count = "SELECT count(*) FROM " + table.getKey();
                table.setValue(
                        Database.rows(c, count, s -> {}, row -> row.getLong(1)).getFirst());
            }
        }
        return counts;
    }

    private Journal journalAt(Instant time) {
        return Replica.on(store, dialect(), Clock.fixed(time, ZoneOffset.UTC), LEASE)
                .journal();
    }

    /** What happens now in the journal that this gives happened an hour ago. */
    private Journal anHourAgo() {
        return journalAt(Instant.now().minus(HOUR));
    }

    @Test
    void an_unused_thread_is_removed_unless_something_happened_since() {
        anHourAgo().append(thread, 0, List.of(created()));

        assertThat(journal.unused(HOUR.plus(MINUTE), 10)).isEmpty();
        assertThat(journal.deleteUnused(thread, HOUR.plus(MINUTE))).isFalse();
        assertThat(journal.unused(HOUR.minus(MINUTE), 10)).containsExactly(thread);
        assertThat(journal.deleteUnused(thread, HOUR.minus(MINUTE))).isTrue();
        assertThat(journal.find(List.of(thread))).isEmpty();
    }

    @Test
    void what_runs_or_waits_is_never_unused() {
        Journal old = anHourAgo();
        old.append(thread, 0, List.of(created(), new Event.RunStarted("r", null, Mode.BUILD)));
        assertThat(journal.unused(MINUTE, 10)).isEmpty();
        assertThat(journal.deleteUnused(thread, MINUTE)).isFalse();

        ToolCall call = new ToolCall("c", "execute", "{}");
        old.append(thread, 2, List.of(new Event.ApprovalRequested("r", List.of(interrupt(call, Instant.EPOCH)))));
        assertThat(journal.unused(MINUTE, 10)).isEmpty();
        assertThat(journal.deleteUnused(thread, MINUTE)).isFalse();
    }

    @Test
    void to_load_a_thread_is_to_use_it() {
        Instant then = Instant.parse("2020-01-01T00:00:00Z");
        journal.load(thread, List.of(new Recorded(thread, 1, then, created())).iterator());

        assertThat(journal.unused(MINUTE, 10)).isEmpty();
        assertThat(journal.deleteUnused(thread, MINUTE)).isFalse();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(journal.unused(Duration.ZERO, 10)).containsExactly(thread));
    }

    @Test
    void a_thread_is_not_unused_while_it_is_used_for_as_long_as_that_may_take() {
        anHourAgo().append(thread, 0, List.of(created()));
        assertThat(journal.unused(Duration.ZERO, 10)).containsExactly(thread);

        journal.use(thread, HOUR);

        // A shorter use meanwhile takes nothing from it.
        journal.use(thread, Duration.ZERO);
        assertThat(journal.unused(Duration.ZERO, 10)).isEmpty();
        assertThat(journal.unused(HOUR.negated(), 10)).isEmpty();
        assertThat(journal.deleteUnused(thread, Duration.ZERO)).isFalse();
        assertThat(journal.unused(HOUR.plus(MINUTE).plus(MINUTE).negated(), 10)).containsExactly(thread);
    }

    @Test
    void a_use_is_stored_no_more_than_once_a_minute() throws SQLException {
        journal.append(thread, 0, List.of(created()));
        journal.use(thread, Duration.ZERO);
        long first = usedUntil();

        journal.use(thread, Duration.ZERO);

        assertThat(usedUntil()).isEqualTo(first);
        journal.use(new ThreadId("nobody"), Duration.ZERO);
        assertThat(journal.find(List.of(new ThreadId("nobody")))).isEmpty();
    }

    private long usedUntil() throws SQLException {
        try (Connection c = store.getConnection()) {
            return Database.rows(c, "SELECT used_until FROM thread", s -> {}, row -> row.getLong(1))
                    .getFirst();
        }
    }

    @Test
    void the_claim_of_a_deleted_thread_is_lost_though_there_is_a_new_one_of_its_id() {
        startRun();
        Claim old = claim(replicas, thread).orElseThrow();
        journal.delete(thread);

        startRun();

        assertThatThrownBy(() -> journal.append(appending(2, old))).isInstanceOf(ClaimLost.class);
        assertThat(journal.append(appending(2, claim(replicas, thread).orElseThrow())))
                .hasSize(1);
    }

    @Test
    void the_claim_of_a_deleted_thread_is_lost_though_another_was_loaded_under_its_id() {
        startRun();
        Claim old = claim(replicas, thread).orElseThrow();
        journal.delete(thread);
        Recorded loaded = new Recorded(thread, 1, Instant.EPOCH, created());
        journal.load(thread, List.of(loaded).iterator());

        journal.append(thread, 1, List.of(new Event.RunStarted("r", null, Mode.BUILD)));

        assertThatThrownBy(() -> journal.append(appending(2, old))).isInstanceOf(ClaimLost.class);
    }

    /** More than fit into one transaction; with each one that is fetched something else is done. */
    private Iterator<Recorded> many(Runnable meanwhile) {
        return Stream.iterate(1L, seq -> seq <= 1500, seq -> seq + 1)
                .peek(seq -> meanwhile.run())
                .map(seq -> new Recorded(thread, seq, Instant.EPOCH, seq == 1 ? created() : said("m" + seq)))
                .iterator();
    }

    @Test
    void while_a_thread_is_loaded_others_are_written_and_nobody_sees_it() {
        ThreadId busy = ThreadId.create();
        journal.append(busy, 0, List.of(created()));
        long[] last = {1};

        journal.load(thread, many(() -> {
            journal.append(busy, last[0], List.of(said("a")));
            last[0]++;
            assertThat(other.journal().find(List.of(thread))).isEmpty();
            assertThat(other.journal().list(10, null, Journal.Wanted.ALL).threads())
                    .hasSize(1);
            assertThatThrownBy(() -> other.journal().append(thread, 1, List.of(said("a"))))
                    .isInstanceOf(UnknownThread.class);
        }));

        assertThat(last[0]).isEqualTo(1501);
        assertThat(journal.lastSeq(thread)).contains(1500L);
        assertThat(journal.read(thread, 0, 2000)).hasSize(1500);
    }

    @Test
    void what_a_load_left_is_removed_once_it_is_certainly_given_up() {
        Instant before = Instant.now().minusSeconds(1);
        List<ThreadId> removed = new ArrayList<>();

        assertThatThrownBy(() -> journal.load(thread, many(() -> {
                    assertThat(other.journal().removeUnfinished(before)).isEmpty();
                    removed.addAll(
                            other.journal().removeUnfinished(Instant.now().plusSeconds(1)));
                })))
                .isInstanceOf(UnknownThread.class);

        assertThat(removed).containsExactly(thread);
        assertThat(events()).isEmpty();
    }

    @Test
    void a_thread_that_is_whole_is_never_taken_for_given_up() {
        journal.load(thread, many(() -> {}));

        assertThat(journal.removeUnfinished(Instant.now().plusSeconds(1))).isEmpty();

        assertThat(journal.lastSeq(thread)).contains(1500L);
    }

    @Test
    void a_load_that_breaks_off_leaves_nothing() {
        Recorded first = new Recorded(thread, 1, Instant.EPOCH, created());
        Iterator<Recorded> broken = Stream.of(1, 2)
                .map(seq -> {
                    if (seq == 2) {
                        throw new BadLine(2, "broken");
                    }
                    return first;
                })
                .iterator();

        assertThatThrownBy(() -> journal.load(thread, broken)).isInstanceOf(BadLine.class);

        assertThat(journal.find(List.of(thread))).isEmpty();
        assertThat(events()).isEmpty();
    }
}
