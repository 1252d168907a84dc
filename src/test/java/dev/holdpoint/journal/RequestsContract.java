package dev.holdpoint.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Requests.Carried;
import dev.holdpoint.testing.Replica;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do with the requests that clients send again. */
abstract class RequestsContract {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final String ANSWER = "{\"output\":\"\\u0000 \\ud800\"}";

    private final ThreadId thread = ThreadId.create();
    private final RequestKey request = new RequestKey(thread.value(), "key", "print");
    private DataSource store;
    private Replica one;
    private Replica other;
    private Journal journal;
    private Requests requests;

    abstract Dialect dialect();

    abstract DataSource store();

    @BeforeEach
    void open() {
        store = store();
        one = Replica.on(store, dialect(), Clock.systemUTC(), LEASE);
        other = Replica.on(store, dialect(), Clock.systemUTC(), LEASE);
        one.replicas().join();
        other.replicas().join();
        journal = one.journal();
        requests = journal.requests();
        journal.append(thread, 0, List.of(created()));
    }

    private static Event created() {
        return new Event.ThreadCreated(null, Mode.BUILD, Map.of());
    }

    private Append appending(long expectedSeq, RequestKey key) {
        return Append.of(thread, expectedSeq, List.of(new Event.UserMessageAdded("m", "a")))
                .carryingOut(key);
    }

    @Test
    void a_request_is_carried_out_once() {
        RequestKey opening = new RequestKey("", "key", "print");
        ThreadId first = ThreadId.create();
        ThreadId second = ThreadId.create();
        journal.append(Append.of(first, 0, List.of(created())).carryingOut(opening));

        assertThatThrownBy(() ->
                        journal.append(Append.of(second, 0, List.of(created())).carryingOut(opening)))
                .isInstanceOf(RequestKnown.class);

        assertThat(journal.find(List.of(second))).isEmpty();
        assertThat(requests.carried(opening)).contains(new Carried(first, "print", 0, false, null));
        assertThat(requests.carried(new RequestKey("other", "key", "print"))).isEmpty();
    }

    @Test
    void a_request_that_lost_the_race_is_not_noted() {
        assertThatThrownBy(() -> journal.append(appending(7, request))).isInstanceOf(SequenceConflict.class);

        assertThat(requests.carried(request)).isEmpty();
    }

    @Test
    void a_request_that_has_nothing_to_append_is_noted_as_well() {
        journal.append(Append.of(thread, 1, List.of()).carryingOut(request));

        assertThat(requests.carried(request)).contains(new Carried(thread, "print", 1, false, null));
        assertThat(journal.lastSeq(thread)).contains(1L);
        assertThatThrownBy(() -> journal.append(Append.of(thread, 1, List.of()).carryingOut(request)))
                .isInstanceOf(RequestKnown.class);
    }

    @Test
    void what_was_taken_is_under_way_until_it_is_settled() {
        requests.take(request, thread);
        assertThat(other.journal().requests().carried(request)).contains(new Carried(thread, "print", 1, true, null));

        requests.settle(request, ANSWER);

        assertThat(other.journal().requests().carried(request))
                .contains(new Carried(thread, "print", 1, false, ANSWER));
    }

    @Test
    void one_of_many_takes_a_request() throws Exception {
        List<Callable<Boolean>> takers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Requests its = (i % 2 == 0 ? one : other).journal().requests();
            takers.add(() -> takes(its));
        }

        int winners = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> taker : threads.invokeAll(takers)) {
                winners += taker.get() ? 1 : 0;
            }
        }

        assertThat(winners).isEqualTo(1);
    }

    private boolean takes(Requests its) {
        try {
            its.take(request, thread);
            return true;
        } catch (RequestKnown e) {
            return false;
        }
    }

    @Test
    void what_was_taken_cannot_be_appended() {
        requests.take(request, thread);

        assertThatThrownBy(() -> journal.append(appending(1, request))).isInstanceOf(RequestKnown.class);

        assertThat(journal.lastSeq(thread)).contains(1L);
    }

    @Test
    void nothing_is_taken_for_a_thread_that_does_not_exist() {
        RequestKey elsewhere = new RequestKey("gone", "key", "print");

        assertThatThrownBy(() -> requests.take(elsewhere, new ThreadId("gone"))).isInstanceOf(UnknownThread.class);

        assertThat(requests.carried(elsewhere)).isEmpty();
    }

    @Test
    void what_is_withdrawn_can_be_taken_again() {
        requests.take(request, thread);
        requests.withdraw(request);
        assertThat(requests.carried(request)).isEmpty();

        other.journal().requests().take(request, thread);

        requests.withdraw(request);
        assertThat(requests.carried(request))
                .as("it isn't this one's to withdraw")
                .isPresent();
    }

    @Test
    void nobody_knows_the_answer_of_one_that_died_and_so_it_stays() {
        requests.take(request, thread);
        one.replicas().leave();
        var unknown = new Carried(thread, "print", 1, false, null);
        assertThat(other.journal().requests().carried(request)).contains(unknown);

        one.replicas().renew();
        requests.settle(request, ANSWER);

        assertThat(other.journal().requests().carried(request)).contains(unknown);
    }

    @Test
    void old_requests_are_forgotten_in_batches_but_none_that_is_under_way() {
        for (int i = 0; i < 5; i++) {
            journal.append(appending(i + 1, new RequestKey(thread.value(), "key-" + i, "print")));
        }
        requests.take(request, thread);
        Instant later = Instant.now().plusSeconds(1);

        assertThat(requests.forget(Instant.now().minusSeconds(60), 10)).isZero();
        assertThat(requests.forget(later, 3)).isEqualTo(3);
        assertThat(requests.forget(later, 3)).isEqualTo(2);
        assertThat(requests.forget(later, 3)).isZero();

        assertThat(requests.carried(request)).isPresent();
        assertThat(journal.append(appending(6, new RequestKey(thread.value(), "key-0", "print"))))
                .hasSize(1);
    }

    @Test
    void a_deleted_thread_takes_its_requests_with_it() {
        requests.take(request, thread);

        journal.delete(thread);

        assertThat(requests.carried(request)).isEmpty();
    }

    @Test
    void what_the_store_took_for_a_process_that_does_not_know_of_it_can_be_taken_again() {
        // The same process to the store, with nothing in hand.
        var unknowing = new JdbcJournal(
                new Database(store, dialect(), 2),
                Clock.systemUTC(),
                one.replicas().id());
        unknowing.requests().take(request, thread);

        assertThat(requests.carried(request)).isEmpty();

        requests.take(request, thread);
        assertThat(requests.carried(request)).contains(new Carried(thread, "print", 1, true, null));
    }

    @Test
    void who_lost_the_race_for_a_request_leaves_it_in_the_winners_hands() {
        requests.take(request, thread);

        assertThatThrownBy(() -> requests.take(request, thread)).isInstanceOf(RequestKnown.class);

        RequestKey otherwise = new RequestKey(request.scope(), request.key(), "other print");
        assertThat(requests.carried(otherwise)).contains(new Carried(thread, "print", 1, true, null));
    }
}
