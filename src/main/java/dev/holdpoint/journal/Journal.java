package dev.holdpoint.journal;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads' journals: what is in here did happen, and nothing else did.
 *
 * <p>All methods block, may be called from any thread, and throw {@link JournalUnavailable} while the store can't be
 * used. A method that returned has committed; nothing is ever acknowledged before.
 */
public interface Journal {

    /**
     * Appends events to a thread's journal, all or none.
     *
     * @param expectedSeq the sequence of the last event that the caller knows; 0 creates the thread
     * @return the events as recorded, in order
     * @throws SequenceConflict if the thread's last event is another one
     * @throws UnknownThread if the thread doesn't exist and {@code expectedSeq} isn't 0
     */
    List<Recorded> append(ThreadId thread, long expectedSeq, List<Event> events);

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
    Page list(int limit, @Nullable String cursor);

    /** All threads that stand there, oldest activity first. */
    List<ThreadId> withStatus(Status status);

    /** Every thread that exists. */
    List<ThreadId> all();

    /** Removes a thread with all its events. @return false if there was none */
    boolean delete(ThreadId thread);

    /** Whether the store answers, and what is wrong otherwise. */
    Optional<String> problem();

    record Page(List<ThreadId> threads, @Nullable String nextCursor) {}

    /** Ends a {@link #follow}. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
