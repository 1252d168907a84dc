package dev.holdpoint.agent;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The events of a thread up to one of them, read in pieces that are small however long the thread is. */
final class StoredEvents implements Iterator<Recorded> {

    private static final int PAGE = 512;
    private static final long PAGE_BYTES = 1L << 20;

    private final Journal journal;
    private final ThreadId thread;
    private final long last;
    private long seq;
    private Iterator<Recorded> page = List.<Recorded>of().iterator();

    StoredEvents(Journal journal, ThreadId thread, long last) {
        this.journal = journal;
        this.thread = thread;
        this.last = last;
    }

    @Override
    public boolean hasNext() {
        return seq < last;
    }

    /** @throws Refused if the thread was deleted meanwhile */
    @Override
    public Recorded next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (!page.hasNext()) {
            page = journal.read(thread, seq, (int) Math.min(PAGE, last - seq), PAGE_BYTES)
                    .iterator();
        }
        if (!page.hasNext()) {
            throw Refused.unknownThread();
        }
        seq++;
        return page.next();
    }
}
