package dev.holdpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.testing.Replica;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a journal when a thread is looked at again. */
class ThreadStatesTest {

    @TempDir
    Path folder = Path.of("");

    private final ThreadId thread = ThreadId.create();
    private final AtomicInteger eventsRead = new AtomicInteger();
    private Journal journal;
    private Journal counting;

    @BeforeEach
    void open() {
        Journal store = Replica.sqlite(folder.resolve("journal.db")).journal();
        journal = store;
        counting = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (_, method, args) -> {
                    Object answer = method.invoke(store, args);
                    if (method.getName().equals("read")) {
                        eventsRead.addAndGet(((List<?>) answer).size());
                    }
                    return answer;
                });
        create("a", "b");
    }

    private void create(String... messages) {
        journal.append(thread, 0, List.of(new Event.ThreadCreated(null, Mode.BUILD, Map.of())));
        for (String message : messages) {
            say(message);
        }
    }

    private void say(String text) {
        List<Recorded> _ =
                journal.append(thread, journal.lastSeq(thread).orElseThrow(), List.of(new UserMessageAdded("m", text)));
    }

    private static List<String> said(ThreadState state) {
        return state.conversation().stream()
                .map(e -> ((UserMessageAdded) e).text())
                .toList();
    }

    @Test
    void a_second_look_reads_only_what_is_new() {
        ThreadStates states = new ThreadStates(counting, 1_000);
        states.open(thread);
        say("c");
        eventsRead.set(0);

        ThreadState again = states.open(thread);

        assertThat(said(again)).containsExactly("a", "b", "c");
        assertThat(eventsRead).hasValue(1);
    }

    @Test
    void what_a_caller_does_with_its_copy_is_its_own_affair() {
        ThreadStates states = new ThreadStates(counting, 1_000);
        ThreadState mine = states.open(thread);
        say("c");
        Turn.catchUp(journal, mine);

        assertThat(said(states.open(thread))).containsExactly("a", "b", "c");
        assertThat(said(mine)).containsExactly("a", "b", "c");
    }

    @Test
    void a_new_thread_of_the_same_id_is_another() {
        ThreadStates states = new ThreadStates(counting, 1_000);
        states.open(thread);
        journal.delete(thread);
        assertThat(states.open(thread).seq()).isZero();
        create("x", "y", "z");

        assertThat(said(states.open(thread))).containsExactly("x", "y", "z");
    }

    @Test
    void no_more_is_kept_than_the_bound_allows() {
        ThreadStates states = new ThreadStates(counting, 10);
        states.open(thread);
        eventsRead.set(0);

        states.open(thread);

        assertThat(eventsRead).hasValue(3);
    }
}
