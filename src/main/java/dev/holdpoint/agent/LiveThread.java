package dev.holdpoint.agent;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is going on in a thread right now, for those who watch: the last few events, the answer under way, the output of
 * its tools. Readers pull from it at their own pace, so no queue exists for any of them.
 */
final class LiveThread {

    /** Events kept, so that readers who keep up needn't ask the store. */
    static final int RECENT = 32;
    /** Tools whose output is kept for readers that are a little behind. */
    static final int OUTPUTS = 16;

    private static final Duration ASK_ANEW = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(LiveThread.class);

    private final Deque<Recorded> recent = new ArrayDeque<>();
    private final Map<String, OutputTail> outputs = new LinkedHashMap<>();
    private final ReentrantLock fetching = new ReentrantLock();
    private List<Runnable> waiting = new ArrayList<>();
    /** The last event that is known to stand in the store. */
    private long lastSeq;
    /** The last event that was taken in here: the previews belong to what comes after it. */
    private long taken;

    private long askAnewFrom = System.nanoTime();
    private LiveMessage message = new LiveMessage("");
    private boolean gone;
    int users;

    void appended(List<Recorded> events) {
        wakeElsewhere(change(() -> events.forEach(this::take)));
    }

    private void take(Recorded r) {
        if (r.seq() <= taken) {
            return;
        }
        taken = r.seq();
        if (!recent.isEmpty() && r.seq() > recent.getLast().seq() + 1) {
            // Another process wrote what is missing in between; readers find it in the store.
            recent.clear();
        }
        if (recent.isEmpty() || r.seq() > recent.getLast().seq()) {
            recent.add(r);
            if (recent.size() > RECENT) {
                recent.removeFirst();
            }
        }
        lastSeq = Math.max(lastSeq, r.seq());
        switch (r.event()) {
            case Event.AssistantMessageAdded _,
                    Event.RunStarted _,
                    Event.ApprovalRequested _,
                    Event.RunFinished _,
                    Event.RunFailed _ -> message = new LiveMessage("");
            case Event.ToolCallFinished e -> {
                OutputTail tail = outputs.get(e.toolCallId());
                if (tail != null) {
                    tail.end();
                }
            }
            case Event.ThreadCreated _,
                    Event.ThreadUpdated _,
                    Event.UserMessageAdded _,
                    Event.ApprovalDecided _,
                    Event.ToolCallStarted _,
                    Event.TodosChanged _,
                    Event.StateChanged _,
                    Event.CancelRequested _ -> {}
        }
    }

    /** Reads on from what is known, page by page; one caller at a time, so that all is taken in order. */
    void fetch(long upTo, LongFunction<List<Recorded>> read) {
        fetching.lock();
        try {
            List<Recorded> page = missing(upTo) ? read.apply(taken()) : List.of();
            while (!page.isEmpty()) {
                appended(page);
                page = missing(upTo) ? read.apply(taken()) : List.of();
            }
        } finally {
            fetching.unlock();
        }
    }

    /** Before the first look at the store nothing is missed. */
    private synchronized boolean missing(long upTo) {
        return lastSeq > 0 && taken < upTo;
    }

    synchronized long taken() {
        return taken;
    }

    /** The first to know is where it begins here; what comes after has to be taken in. */
    void known(long seq) {
        wakeElsewhere(change(() -> {
            taken = lastSeq == 0 ? seq : taken;
            lastSeq = Math.max(lastSeq, seq);
        }));
    }

    /** Whether it's time to ask the process at work for all of its previews, which isn't done again and again. */
    synchronized boolean mayAskAnew() {
        long now = System.nanoTime();
        if (now - askAnewFrom < 0) {
            return false;
        }
        askAnewFrom = now + ASK_ANEW.toNanos();
        return true;
    }

    void gone() {
        wakeElsewhere(change(() -> gone = true));
    }

    /** Shows a preview to those who wait, on this very thread: it is the one that makes the previews. */
    void preview(Delta delta) {
        List<Runnable> woken = change(() -> {
            switch (delta) {
                case Delta.ToolOutput d -> output(d);
                case Delta.Reasoning d -> message(d.messageId()).add(d);
                case Delta.Text d -> message(d.messageId()).add(d);
                case Delta.CallStarted d -> message(d.messageId()).add(d);
                case Delta.CallArguments d -> message(d.messageId()).add(d);
            }
        });
        woken.forEach(LiveThread::guarded);
    }

    /**
     * Shows what another process previews.
     *
     * @param seq where that process saw the journal end
     * @return false if an event or a part of the preview before it is missing here; then it isn't shown
     */
    boolean preview(long seq, Part part) {
        boolean[] fits = {seq <= taken()};
        wakeElsewhere(change(() -> {
            if (seq == taken) {
                fits[0] = add(part);
            }
        }));
        return fits[0];
    }

    private boolean add(Part part) {
        return switch (part.delta()) {
            case Delta.ToolOutput d -> tail(d.toolCallId()).add(part);
            case Delta.Reasoning d -> message(d.messageId()).add(part);
            case Delta.Text d -> message(d.messageId()).add(part);
            case Delta.CallStarted d -> message(d.messageId()).add(part);
            case Delta.CallArguments d -> message(d.messageId()).add(part);
        };
    }

    /** @param seq the last event before these */
    record Previews(long seq, List<Part> parts) {}

    synchronized Previews previews(Place place) {
        return new Previews(taken, parts(place));
    }

    /** What a reader at this place hasn't seen of the previews; moves the place to their end. */
    private List<Part> parts(Place place) {
        List<Part> news = new ArrayList<>(message.since(place.position()));
        outputs.forEach((id, tail) -> {
            if (!tail.isEnded()) {
                news.addAll(output(place, id));
            }
        });
        return news;
    }

    private LiveMessage message(String id) {
        if (!message.id().equals(id)) {
            message = new LiveMessage(id);
        }
        return message;
    }

    private void output(Delta.ToolOutput d) {
        tail(d.toolCallId()).add(d);
    }

    private OutputTail tail(String callId) {
        OutputTail tail = outputs.computeIfAbsent(callId, id -> new OutputTail());
        if (outputs.size() > OUTPUTS) {
            outputs.remove(outputs.keySet().iterator().next());
        }
        return tail;
    }

    /** What an answer's previews have added up to. */
    record Shown(String text, String reasoning) {}

    synchronized Shown shown(String messageId) {
        return message.id().equals(messageId) ? new Shown(message.text(), message.reasoning()) : new Shown("", "");
    }

    /** The last characters of what a call under way printed. */
    synchronized String printed(String callId) {
        OutputTail tail = outputs.get(callId);
        return tail == null ? "" : tail.text();
    }

    /** Lets everybody who waits look again. */
    void wakeAll() {
        wakeElsewhere(change(() -> {}));
    }

    /** Changes what is seen. @return those who waited for it */
    private synchronized List<Runnable> change(Runnable change) {
        change.run();
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Runnable> woken = waiting;
        waiting = new ArrayList<>();
        return woken;
    }

    /** Whoever appends holds the store: readers are served by threads of their own. */
    private static void wakeElsewhere(List<Runnable> woken) {
        woken.forEach(reader -> Thread.startVirtualThread(() -> guarded(reader)));
    }

    private static void guarded(Runnable reader) {
        try {
            reader.run();
        } catch (RuntimeException e) {
            LOG.warn("a stream could not be served", e);
        }
    }

    /** What a reader at this place sees next. */
    sealed interface View {
        /** Something to show now. */
        record News(List<Seen> items) implements View {}

        /** The store has events that are no longer here. */
        record AskStore() implements View {}

        /** Nothing yet; the reader will be woken. */
        record Wait() implements View {}

        /** The thread was deleted, or the service stops. */
        record Gone() implements View {}
    }

    /**
     * What a reader at this place sees now.
     *
     * @param wake called once, on another thread, when it's worth looking again, if the answer is to wait; null for a
     *     reader that won't
     */
    synchronized View look(ThreadCursor cursor, @Nullable Runnable wake) {
        if (lastSeq > cursor.seq()) {
            boolean here = !recent.isEmpty()
                    && recent.getFirst().seq() <= cursor.seq() + 1
                    && recent.getLast().seq() == lastSeq;
            return here ? new View.News(withOutput(cursor, next(cursor.seq()))) : new View.AskStore();
        }
        List<Seen> news = new ArrayList<>();
        if (taken >= cursor.seq()) {
            // A reader that is ahead has seen the end of what is previewed here.
            parts(cursor.place()).forEach(p -> news.add(new Seen.Preview(p.delta())));
        }
        if (!news.isEmpty()) {
            return new View.News(news);
        }
        if (gone) {
            return new View.Gone();
        }
        if (wake != null) {
            waiting.add(wake);
        }
        return new View.Wait();
    }

    /** One event at a time: however large they are, a reader that stops holds no more than this one. */
    private List<Recorded> next(long seq) {
        return recent.stream().filter(r -> r.seq() > seq).limit(1).toList();
    }

    /**
     * Events as a reader sees them: before the result of a tool, what it printed and the reader hasn't seen. Ends before
     * such a result unless it begins with it, so that no more than one tool's output is handed out at once.
     */
    synchronized List<Seen> withOutput(ThreadCursor cursor, List<Recorded> events) {
        List<Seen> items = new ArrayList<>(events.size());
        for (Recorded r : events) {
            if (r.event() instanceof Event.ToolCallFinished e && hasOutput(cursor, e.toolCallId())) {
                if (!items.isEmpty()) {
                    return items;
                }
                output(cursor.place(), e.toolCallId()).forEach(p -> items.add(new Seen.Preview(p.delta())));
            }
            items.add(new Seen.Fact(r));
            cursor.moveTo(r.seq());
            if (r.event() instanceof Event.ToolCallFinished e) {
                cursor.place().outputOver(e.toolCallId());
            }
        }
        return items;
    }

    private boolean hasOutput(ThreadCursor cursor, String callId) {
        OutputTail tail = outputs.get(callId);
        return tail != null && cursor.place().outputSeen(callId) < tail.length();
    }

    private List<Part> output(Place place, String callId) {
        OutputTail tail = outputs.get(callId);
        if (tail == null) {
            return List.of();
        }
        List<Part> news = tail.since(place.outputSeen(callId));
        place.outputSeen(callId, tail.length());
        return news;
    }
}
