package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.Summary;
import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads' journals: what is in here did happen, and nothing else did.
 *
 * <p>All methods block, may be called from any thread, and throw {@link JournalUnavailable} while the store can't be
 * used. A method that returned has committed; nothing is ever acknowledged before. One that failed with
 * {@link JournalUnavailable} may have committed all the same: the connection may have died after the store had done it.
 */
public interface Journal {

    /**
     * Appends events to a thread's journal, all or none; with none, only the client's request is noted. Whoever starts a run owns it from then on, until it ends or
     * waits for a person.
     *
     * @return the events as recorded, in order
     * @throws SequenceConflict if the thread's last event is another one than expected
     * @throws ClaimLost if the claim isn't the current one
     * @throws RequestKnown if the client's request was carried out before
     * @throws UnknownThread if the thread doesn't exist and the expected sequence isn't 0
     */
    List<Recorded> append(Append append);

    /** Appends what anybody may write. */
    default List<Recorded> append(ThreadId thread, long expectedSeq, List<? extends Event> events) {
        return append(Append.of(thread, expectedSeq, events));
    }

    /**
     * Makes a thread of events that happened elsewhere, or in another thread, with the times they had. All or none:
     * until the last one is stored, no look-up knows the thread. Followers aren't told of them.
     *
     * @param events in order, from sequence 1 without gaps; fetched piece by piece, while nothing of the store is held, so
     *     that they may come from the store itself
     * @throws SequenceConflict if the thread exists
     */
    void load(ThreadId thread, Iterator<Recorded> events);

    /**
     * Removes what processes that died have left of a {@link #load}.
     *
     * @param since nothing was stored of it since then; to be so long ago that nobody can still be at it
     * @return the threads that there would have been
     */
    List<ThreadId> removeUnfinished(Instant since);

    /**
     * Reads a thread's events in order.
     *
     * @param after the events after this sequence; 0 for all
     * @param limit at most so many
     * @return empty when there are no more, or no such thread
     */
    List<Recorded> read(ThreadId thread, long after, int limit);

    /**
     * Reads as {@link #read(ThreadId, long, int)} does, but no more than so many bytes.
     *
     * @param bytes bound on the stored bodies together; one that is larger by itself comes alone
     */
    List<Recorded> read(ThreadId thread, long after, int limit, long bytes);

    /** The sequence of the thread's last event; empty when there is no such thread. */
    Optional<Long> lastSeq(ThreadId thread);

    /** Those of these threads that exist. */
    List<Listed> find(List<ThreadId> threads);

    /** The requests that clients may send again and mean once. */
    Requests requests();

    /**
     * Calls the listener with every batch that this process appends from now on, after the commit, in order for each
     * thread, on the appending thread. Listeners must be quick and must not throw.
     */
    Subscription follow(Consumer<List<Recorded>> listener);

    /**
     * Threads by newest activity.
     *
     * @param cursor the {@code nextCursor} of the page before, or null for the first
     * @throws IllegalArgumentException if the cursor isn't one of ours
     */
    Page list(int limit, @Nullable String cursor, Wanted wanted);

    /** Threads with an interrupt that expired by then. */
    List<ThreadId> expired(Instant now);

    /** Removes a thread with all its events. @return false if there was none */
    boolean delete(ThreadId thread);

    /**
     * Notes that a thread is used otherwise than by events, for at most this long: by a command, or by a change to its
     * files. It isn't {@link #unused} meanwhile. Cheap: stored no more than once a minute. No error if there is none.
     */
    void use(ThreadId thread, Duration atMost);

    /**
     * Threads in which nothing happened for this long by the store's clock, longest unused first: no event, no
     * {@link #use}, and they weren't loaded. Those that run or wait aren't among them.
     */
    List<ThreadId> unused(Duration time, int limit);

    /** Removes a thread with all its events if it is still {@link #unused}. @return whether it was */
    boolean deleteUnused(ThreadId thread, Duration time);

    /** Whether the store answers, and what is wrong otherwise. */
    Optional<String> problem();

    record Listed(ThreadId thread, long lastSeq, Summary summary) {}

    /**
     * Which threads to list.
     *
     * @param search only those whose title contains this, whatever its case; null for any
     * @param status only those that stand so; null for any
     */
    record Wanted(@Nullable String search, @Nullable Status status) {
        public static final Wanted ALL = new Wanted(null, null);
    }

    /** @param waiting how many calls wait for a person in all threads, whether they are listed or not */
    record Page(List<Listed> threads, @Nullable String nextCursor, int waiting) {}

    /** Ends a {@link #follow}. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
