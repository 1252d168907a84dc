package dev.holdpoint.agent;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import io.smallrye.mutiny.Multi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The threads that somebody works on or watches. Nothing is kept of the others. */
final class LiveThreads {

    private final Journal journal;
    private final StreamSettings settings;
    private final Map<ThreadId, LiveThread> threads = new ConcurrentHashMap<>();
    private volatile Consumer<ThreadId> onFollowed = id -> {};
    private volatile boolean closed;

    LiveThreads(Journal journal, StreamSettings settings) {
        this.journal = journal;
        this.settings = settings;
    }

    /** Takes hold of a thread: it stays live until it is released as often as it was acquired. */
    LiveThread acquire(ThreadId id) {
        return threads.compute(id, (key, live) -> {
            LiveThread held = live == null ? new LiveThread() : live;
            held.users++;
            if (closed) {
                held.gone();
            }
            return held;
        });
    }

    void release(ThreadId id, LiveThread held) {
        threads.computeIfPresent(id, (key, live) -> live == held && --live.users == 0 ? null : live);
    }

    void appended(List<Recorded> events) {
        LiveThread live = threads.get(events.getFirst().threadId());
        if (live != null) {
            live.appended(events);
        }
    }

    /** Ends all streams of a deleted thread; a new one of the same id has nothing to do with it. */
    void gone(ThreadId id) {
        LiveThread live = threads.remove(id);
        if (live != null) {
            live.gone();
        }
    }

    /** Ends everybody's stream, now and from now on: the service stops, and a client goes on with the next one. */
    void close() {
        closed = true;
        threads.values().forEach(LiveThread::gone);
    }

    boolean isClosed() {
        return closed;
    }

    /** Has this called for each thread that somebody begins to follow. */
    void onFollowed(Consumer<ThreadId> listener) {
        onFollowed = listener;
    }

    List<ThreadId> ids() {
        return List.copyOf(threads.keySet());
    }

    /** Takes in what another process appended, if anybody here cares. */
    void fetch(ThreadId id, long upTo) {
        LiveThread live = threads.get(id);
        if (live != null) {
            live.fetch(upTo, after -> journal.read(id, after, Turn.PAGE, settings.bufferBytes()));
        }
    }

    /** Takes in what another process previews. @return false if something before it is missing */
    boolean preview(ThreadId id, long seq, Part part) {
        LiveThread live = threads.get(id);
        return live == null || live.preview(seq, part);
    }

    /** Whether it's time to ask the process at work for all of its previews of a thread. */
    boolean mayAskAnew(ThreadId id) {
        LiveThread live = threads.get(id);
        return live != null && live.mayAskAnew();
    }

    /** What is there to show to a reader at this place, with the end of the journal then; moves the place behind it. */
    LiveThread.Previews previews(ThreadId id, Place place) {
        LiveThread live = threads.get(id);
        return live == null ? new LiveThread.Previews(0, List.of()) : live.previews(place);
    }

    /** To be called every second or so: whoever waited for too long learns that nothing happened. */
    void tick() {
        threads.values().forEach(LiveThread::wakeAll);
    }

    /**
     * Follows a thread: the events after a sequence, then live. Takes nothing before it is asked, so a slow subscriber
     * costs its place and no more. Ends when the thread is deleted, when this is closed, or after the first item that
     * satisfies {@code last}.
     */
    Multi<Seen> follow(ThreadId id, long after, Predicate<Seen> last) {
        return Multi.createFrom().deferred(() -> {
            LiveThread live = acquire(id);
            AtomicBoolean released = new AtomicBoolean();
            Runnable release = () -> {
                if (released.compareAndSet(false, true)) {
                    release(id, live);
                }
            };
            onFollowed.accept(id);
            ThreadCursor cursor = new ThreadCursor(journal, live, id, after, settings);
            return Multi.createBy()
                    .repeating()
                    .uni(cursor::next)
                    .whilst(items -> !items.isEmpty() && items.stream().noneMatch(last))
                    .onItem()
                    .<Seen>disjoint()
                    .select()
                    .first(once(last))
                    .onTermination()
                    .invoke(release);
        });
    }

    /** True up to and including the first item that is the last. */
    private static Predicate<Seen> once(Predicate<Seen> last) {
        AtomicBoolean over = new AtomicBoolean();
        return item -> !over.getAndSet(over.get() || last.test(item));
    }
}
