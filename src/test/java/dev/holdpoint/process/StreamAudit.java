package dev.holdpoint.process;

import dev.holdpoint.process.Talk.Watched;
import dev.holdpoint.testing.SseClient.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether what streams showed is what the journal shows now: all of it, in order, once. */
final class StreamAudit {

    private final Talk talk;
    private final NavigableMap<Long, Frame> journal = new TreeMap<>();
    private final Findings findings;

    /** @param frames the whole journal, as a client sees it */
    StreamAudit(Talk talk, List<Frame> frames, Findings findings) {
        this.talk = talk;
        this.findings = findings;
        journal.putAll(numbered(frames));
    }

    void check() {
        talk.watched().forEach(this::check);
    }

    private void check(Watched watched) {
        List<Frame> frames = watched.stream().frames();
        Map<Long, Frame> shown = numbered(frames);
        Map<Long, Frame> wanted = wanted(watched.after(), List.copyOf(shown.keySet()));
        require(List.copyOf(shown.keySet()).equals(List.copyOf(wanted.keySet())), watched, shown.keySet());
        shown.forEach((id, frame) -> require(frame.equals(journal.get(id)), watched, frame));
        require(shown.size() == frames.stream().filter(f -> f.id() != null).count(), watched, "an id twice");
        require(frames.stream().noneMatch(f -> f.text("/name").equals("resync")), watched, "resync");
    }

    /** What a stream should have shown between its begin and the last that it showed. */
    private Map<Long, Frame> wanted(@Nullable Long after, List<Long> shown) {
        if (shown.isEmpty()) {
            return Map.of();
        }
        return after == null
                ? journal.subMap(shown.getFirst(), true, shown.getLast(), true)
                : journal.subMap(after, false, Math.max(after, shown.getLast()), true);
    }

    private void require(boolean holds, Watched watched, Object evidence) {
        findings.require(
                holds, talk.thread(), "a stream after " + watched.after() + " differs from the journal", evidence);
    }

    private static Map<Long, Frame> numbered(List<Frame> frames) {
        Map<Long, Frame> numbered = new LinkedHashMap<>();
        frames.stream().filter(f -> f.id() != null).forEach(f -> numbered.put(Long.valueOf(String.valueOf(f.id())), f));
        return numbered;
    }
}
