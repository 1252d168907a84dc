package dev.holdpoint.journal;

import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * A thread's journal as a file, to keep it or to take it elsewhere: a line that says what follows, then one line of JSON
 * for each event, all in UTF-8. Files are read for ever; whatever changes the meaning of a line gets a new version.
 */
public final class JournalLines {

    /** The longest line, in bytes: twice the longest answer of a model. */
    static final int MAX_LINE_BYTES = 16 << 20;

    static final String FORMAT = "holdpoint-journal";
    static final int VERSION = 1;

    private JournalLines() {}

    /**
     * Writes a file, and doesn't close it.
     *
     * @param count how many events there are: a reader notices when some were lost
     */
    public static void write(OutputStream out, ThreadId thread, long count, Iterator<Recorded> events)
            throws IOException {
        line(
                out,
                "{\"format\":\"" + FORMAT + "\",\"version\":" + VERSION + ",\"thread_id\":\"" + thread
                        + "\",\"events\":" + count + "}");
        while (events.hasNext()) {
            Recorded e = events.next();
            line(
                    out,
                    "{\"seq\":" + e.seq() + ",\"at\":\"" + e.at() + "\",\"type\":\"" + EventCodec.type(e.event())
                            + "\",\"event\":" + EventCodec.body(e.event()) + "}");
        }
    }

    private static void line(OutputStream out, String json) throws IOException {
        out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a file as the journal of another thread, one line at a time, and checks each for itself. Whether the events
     * could have happened one after the other is left to the caller.
     *
     * @throws BadLine here if it is no such file, and from the iterator if a line is wrong
     */
    public static Iterator<Recorded> read(InputStream file, ThreadId as) {
        return new JournalReader(file, as);
    }
}
