package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.testing.Replica;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is held for one follower, and that nothing is lost by it. */
class FollowerTest {

    private static final int BUFFER = 100_000;
    private static final int TEXT = 30_000;
    private static final StreamSettings SETTINGS =
            new StreamSettings(Duration.ofSeconds(10), BUFFER, Duration.ofSeconds(60));

    @TempDir
    Path folder = Path.of("");

    private final ThreadId thread = ThreadId.create();
    private final AtomicLong taken = new AtomicLong();
    private Journal journal;
    private LiveThreads live;

    @BeforeEach
    void open() {
        Journal store = Replica.sqlite(folder.resolve("journal.db")).journal();
        journal = store;
        Journal counting = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (_, m, args) -> count(store, m, args));
        live = new LiveThreads(counting, SETTINGS);
        journal.append(thread, 0, List.of(new Event.ThreadCreated(null, Mode.BUILD, Map.of())));
        journal.follow(live::appended);
    }

    /** Counts the characters of what is read. */
    private Object count(Journal store, Method method, Object[] args) throws Throwable {
        try {
            Object answer = method.invoke(store, args);
            if (answer instanceof List<?> events) {
                events.forEach(
                        e -> taken.addAndGet(((Recorded) e).event().toString().length()));
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Takes as many items as it is told to. */
    private static final class Reader implements Flow.Subscriber<Seen> {
        private final List<Seen> seen = new CopyOnWriteArrayList<>();
        private Flow.@Nullable Subscription subscription;

        Reader request(int items) {
            Objects.requireNonNull(subscription).request(items);
            return this;
        }

        void await(int items) {
            Awaitility.await(items + " items").atMost(Duration.ofSeconds(5)).until(() -> seen.size() == items);
        }

        @Override
        public void onSubscribe(Flow.Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(Seen item) {
            seen.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }

    private Reader follow(long after) {
        Reader reader = new Reader();
        live.follow(thread, after, _ -> false).subscribe().withSubscriber(reader);
        return reader;
    }

    private void append(Event event) {
        journal.append(thread, journal.lastSeq(thread).orElseThrow(), List.of(event));
    }

    private static Event said(int number) {
        return new Event.UserMessageAdded("m" + number, "x".repeat(TEXT));
    }

    private static List<Long> seqs(List<Seen> seen) {
        return seen.stream()
                .filter(Seen.Fact.class::isInstance)
                .map(s -> ((Seen.Fact) s).recorded().seq())
                .toList();
    }

    @Test
    void a_follower_that_stops_holds_no_more_than_its_buffer() {
        for (int i = 0; i < 40; i++) {
            append(said(i));
        }
        Reader follower = follow(0);
        follower.request(1).await(1);

        follower.request(1).await(2);

        assertThat(taken.get()).isLessThanOrEqualTo(BUFFER);
        follower.request(1_000).await(41);
        assertThat(seqs(follower.seen)).hasSize(41).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void what_piles_up_in_a_message_comes_in_bounded_pieces_that_cut_no_character() {
        String text = "a" + "😀".repeat(LiveMessage.PIECE);
        Reader follower = follow(1);
        follower.request(1);
        preview(new Delta.Text("m", "begin"));
        follower.await(1);
        preview(new Delta.Text("m", text));

        follower.request(10).await(4);

        List<String> pieces = follower.seen.stream()
                .map(s -> ((Delta.Text) ((Seen.Preview) s).delta()).text())
                .toList();
        assertThat(String.join("", pieces)).isEqualTo("begin" + text);
        assertThat(pieces).allSatisfy(piece -> {
            assertThat(piece.length()).isLessThanOrEqualTo(LiveMessage.PIECE);
            assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                    .isFalse();
        });
    }

    @Test
    void output_that_was_not_seen_comes_before_the_result_in_its_place() {
        append(new Event.ToolCallStarted("a", "execute", "digest", null));
        Reader follower = follow(1);
        follower.request(1).await(1);
        List<Seen> expected = new ArrayList<>();
        for (String call : List.of("a", "b")) {
            preview(new Delta.ToolOutput(call, Delta.Stream.STDOUT, "of " + call));
            append(new Event.ToolCallFinished(call, Outcome.OK, "content", null, false, 1));
            expected.add(new Seen.Preview(new Delta.ToolOutput(call, Delta.Stream.STDOUT, "of " + call)));
        }

        follower.request(10).await(5);

        assertThat(follower.seen.stream()
                        .map(s -> s instanceof Seen.Fact(var r) ? "#" + r.seq() : "output")
                        .collect(Collectors.joining(" ")))
                .isEqualTo("#2 output #3 output #4");
        assertThat(follower.seen).containsAll(expected);
    }

    private void preview(Delta delta) {
        LiveThread watched = live.acquire(thread);
        watched.preview(delta);
        live.release(thread, watched);
    }
}
