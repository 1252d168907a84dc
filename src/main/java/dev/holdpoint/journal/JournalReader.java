package dev.holdpoint.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads what {@link JournalLines} writes, and nothing else. */
final class JournalReader implements Iterator<Recorded> {

    /** The number of events where the file doesn't tell it. */
    private static final long UNTOLD = -1;

    private final ByteLines lines;
    private final ThreadId thread;
    private final long count;
    private long seq;
    /** The next event's line; nothing behind it was read yet. */
    private byte @Nullable [] next;

    JournalReader(InputStream file, ThreadId thread) {
        this.lines = new ByteLines(file, JournalLines.MAX_LINE_BYTES);
        this.thread = thread;
        this.count = count(object(lines.next()));
        this.next = lines.next();
    }

    private long count(ObjectNode header) {
        if (!header.path("format").asText().equals(JournalLines.FORMAT)) {
            throw bad("this is no journal: it doesn't begin with {\"format\":\"" + JournalLines.FORMAT + "\",…}");
        }
        JsonNode version = header.path("version");
        if (!version.isIntegralNumber() || version.longValue() != JournalLines.VERSION) {
            throw bad("version must be " + JournalLines.VERSION + ": this program reads no other");
        }
        JsonNode events = header.path("events");
        return events.isIntegralNumber() ? events.longValue() : UNTOLD;
    }

    @Override
    public boolean hasNext() {
        if (next == null && (seq == 0 || (count != UNTOLD && seq != count))) {
            throw bad("the file ends after " + seq + " events" + (count == UNTOLD ? "" : " of " + count));
        }
        return next != null;
    }

    @Override
    public Recorded next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ObjectNode json = object(next);
        JsonNode number = json.path("seq");
        if (!number.isIntegralNumber() || number.longValue() != seq + 1) {
            throw bad("seq must be " + (seq + 1));
        }
        Recorded event = new Recorded(thread, ++seq, at(json), event(json));
        next = lines.next();
        return event;
    }

    private Instant at(ObjectNode json) {
        try {
            Instant at = Instant.parse(json.path("at").asText());
            // Stores count milliseconds.
            return Instant.ofEpochMilli(at.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw bad("at must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    private Event event(ObjectNode json) {
        String type = json.path("type").asText();
        if (!(json.path("event") instanceof ObjectNode body)) {
            throw bad("event must be an object");
        }
        Event event;
        try {
            event = EventCodec.readForeign(type, body);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        if (seq == 1 && !(event instanceof Event.ThreadCreated)) {
            throw bad("the first event must be thread_created");
        }
        return event;
    }

    private ObjectNode object(byte @Nullable [] json) {
        try {
            if (json != null && EventCodec.tree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw bad("isn't valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw bad("isn't valid UTF-8");
        }
        throw bad("must be a JSON object");
    }

    private BadLine bad(String what) {
        return new BadLine(Math.max(1, lines.number()), what);
    }
}
