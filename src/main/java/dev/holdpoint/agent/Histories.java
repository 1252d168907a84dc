package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.BadLine;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.JournalLines;
import dev.holdpoint.sandbox.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Journals that are taken out of the store, and threads that are made of them. A new thread's files come first and its
 * journal last: a thread that can be seen is whole.
 */
final class Histories {

    private static final String FORKED = "This turn goes on in the thread that was forked, not here.";
    private static final String IMPORTED = "This turn didn't end before it was exported; it doesn't go on here.";

    private final Journal journal;
    private final Sandboxes sandboxes;
    private final Clock clock;

    Histories(Journal journal, Sandboxes sandboxes, Clock clock) {
        this.journal = journal;
        this.sandboxes = sandboxes;
        this.clock = clock;
    }

    /** Writes what happened up to now. */
    void export(ThreadId id, OutputStream out) throws IOException {
        long last = journal.lastSeq(id).orElseThrow(Refused::unknownThread);
        JournalLines.write(out, id, last, new StoredEvents(journal, id, last));
    }

    /**
     * Makes a thread that is as this one was after an event, with its files as they are now. What ran then doesn't go on;
     * what waited for a person can be decided.
     *
     * @param at the sequence of that event
     * @param title null for the original's
     */
    ThreadId fork(ThreadId from, long at, @Nullable String title) throws IOException {
        List<Recorded> events = new ArrayList<>();
        new StoredEvents(journal, from, at).forEachRemaining(events::add);
        ThreadState state = new ThreadState(from).apply(events);
        ThreadId id = ThreadId.create();
        // Makes the folder if there is none yet, as it has to be there to be copied.
        sandboxes.of(from);
        sandboxes.copy(from, id);
        load(id, continued(id, events.iterator(), at, added(state, title == null ? titleOf(from) : title)));
        return id;
    }

    private @Nullable String titleOf(ThreadId id) {
        return journal.find(List.of(id)).stream()
                .findFirst()
                .map(found -> found.summary().title())
                .orElse(null);
    }

    /** What comes after the copied events. */
    private static List<Event> added(ThreadState state, @Nullable String title) {
        boolean waits = state.status() == Status.INTERRUPTED && !state.pending().isEmpty();
        List<Event> added = new ArrayList<>();
        if (!waits) {
            Instant lastAt = state.summary().updatedAt();
            added.addAll(Closing.of(state.summary(), state.runId().orElse(""), state.open(), lastAt, FORKED));
        }
        if (title != null && !title.equals(state.summary().title())) {
            added.add(new ThreadUpdated(title, null, null));
        }
        return added;
    }

    private Iterator<Recorded> continued(ThreadId id, Iterator<Recorded> copied, long last, List<Event> added) {
        Instant now = clock.instant();
        List<Recorded> more = new ArrayList<>();
        for (Event event : added) {
            more.add(new Recorded(id, last + more.size() + 1, now, event));
        }
        Stream<Recorded> first =
                StreamSupport.stream(Spliterators.spliteratorUnknownSize(copied, Spliterator.ORDERED), false);
        return Stream.concat(first, more.stream()).iterator();
    }

    /**
     * Makes a thread of a file that {@link #export} wrote, here or elsewhere. Nothing of it ever runs by itself: nobody
     * here has seen it, and a file can be made to show one thing and run another.
     *
     * @throws Refused if it is no such file, or tells what can't have happened
     */
    ThreadId load(SeekableByteChannel file) throws IOException {
        ThreadId id = ThreadId.create();
        SoundHistory history = new SoundHistory();
        try {
            lines(file, id).forEachRemaining(e -> check(history, e));
        } catch (BadLine e) {
            throw new Refused(Code.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
        sandboxes.of(id);
        load(id, continued(id, lines(file, id), history.seq(), history.closing(IMPORTED)));
        return id;
    }

    private static Iterator<Recorded> lines(SeekableByteChannel file, ThreadId id) throws IOException {
        file.position(0);
        // Not closed here: that would close the channel.
        InputStream in = Channels.newInputStream(file);
        return JournalLines.read(in, id);
    }

    private static void check(SoundHistory history, Recorded event) {
        try {
            history.add(event);
        } catch (SoundHistory.Unsound e) {
            // The header is the first line.
            throw new BadLine(event.seq() + 1, String.valueOf(e.getMessage()));
        }
    }

    private void load(ThreadId id, Iterator<Recorded> events) {
        try {
            journal.load(id, events);
        } catch (RuntimeException | Error e) {
            undo(id, e);
            throw e;
        }
    }

    /** The journal first: one whose connection died in the commit may be there all the same. */
    private void undo(ThreadId id, Throwable failure) {
        try {
            journal.delete(id);
            sandboxes.remove(id);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
