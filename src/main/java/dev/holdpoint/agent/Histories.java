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
    private final Renewal renewal;
    private final int maxMessageChars;
    private final Clock clock;

    /** @param maxMessageChars the longest message of a person that is taken in */
    Histories(Journal journal, Sandboxes sandboxes, Renewal renewal, int maxMessageChars, Clock clock) {
        this.journal = journal;
        this.sandboxes = sandboxes;
        this.renewal = renewal;
        this.maxMessageChars = maxMessageChars;
        this.clock = clock;
    }

    /** Writes what happened up to now. */
    void export(ThreadId id, OutputStream out) throws IOException {
        long last = journal.lastSeq(id).orElseThrow(Refused::unknownThread);
        JournalLines.write(out, id, last, new StoredEvents(journal, id, last));
    }

    /**
     * Makes a thread that is as this one was after an event, with its files as they are now. What ran then doesn't go on;
     * what waited for a person is asked for anew.
     *
     * @param at the sequence of that event
     * @param title null for the original's
     */
    ThreadId fork(ThreadId from, long at, @Nullable String title) throws IOException {
        Standing copied = new Standing();
        new StoredEvents(journal, from, at).forEachRemaining(copied::apply);
        String named = title == null ? titleOf(from) : title;
        ThreadId id = ThreadId.create();
        // Makes the folder if there is none yet, as it has to be there to be copied.
        sandboxes.of(from);
        sandboxes.copy(from, id);
        wholeOrNot(id, () -> {
            List<Event> more = new ArrayList<>(ending(copied, id));
            if (named != null && !named.equals(copied.summary().title())) {
                more.add(new ThreadUpdated(named, null, null));
            }
            journal.load(id, continued(id, new StoredEvents(journal, from, at), at, more));
        });
        return id;
    }

    private @Nullable String titleOf(ThreadId id) {
        return journal.find(List.of(id)).stream()
                .findFirst()
                .map(found -> found.summary().title())
                .orElse(null);
    }

    private List<Event> ending(Standing copied, ThreadId id) {
        boolean waits = copied.summary().status() == Status.INTERRUPTED && copied.waits();
        List<Event> renewed = waits ? renewal.of(copied, id, clock.instant()) : List.of();
        return renewed.isEmpty() ? Closing.of(copied, FORKED) : renewed;
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
        SoundHistory history = new SoundHistory(maxMessageChars, clock.instant());
        try {
            lines(file, id).forEachRemaining(e -> check(history, e));
        } catch (BadLine e) {
            throw new Refused(Code.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
        Standing read = history.standing();
        Iterator<Recorded> events = continued(id, lines(file, id), read.seq(), Closing.of(read, IMPORTED));
        wholeOrNot(id, () -> {
            sandboxes.of(id);
            journal.load(id, events);
        });
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

    private void wholeOrNot(ThreadId id, Runnable making) {
        try {
            making.run();
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
