package dev.holdpoint.measure;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The journal of a thread in which turns of ten events follow each other: a question, two calls, an answer. */
final class LongThread {

    private static final int TURN = 10;
    private static final String QUESTION = "Please look at it again. ".repeat(8);
    private static final String ANSWER = "This is what I found there. ".repeat(18);
    private static final String OUTPUT = "total 12\ndrwxr-xr-x 2 user user 4096 src\n".repeat(25);

    private LongThread() {}

    /** @param count of events; the last turn is over when it is 1 more than a multiple of ten */
    static Iterator<Recorded> events(ThreadId thread, long count) {
        Instant begun = Instant.parse("2026-01-01T00:00:00Z");
        return LongStream.rangeClosed(1, count)
                .mapToObj(seq -> new Recorded(thread, seq, begun.plusSeconds(seq), event(seq)))
                .iterator();
    }

    static UserMessageAdded question(long number) {
        return new UserMessageAdded("m-" + number, QUESTION);
    }

    private static Event event(long seq) {
        if (seq == 1) {
            return new ThreadCreated("A long thread", Mode.BUILD, Map.of());
        }
        String run = "run-" + (seq - 2) / TURN;
        return switch ((int) ((seq - 2) % TURN)) {
            case 0 -> new RunStarted(run, null, Mode.BUILD);
            case 1 -> question(seq);
            case 2, 5 -> answer(seq, List.of(new ToolCall("call-" + seq, "ls", "{\"path\":\"/workspace/src\"}")));
            case 3, 6 -> new ToolCallStarted("call-" + (seq - 1), "ls", "0123456789abcdef".repeat(4), null);
            case 4, 7 -> new ToolCallFinished("call-" + (seq - 2), Outcome.OK, OUTPUT, null, false, 12);
            case 8 -> answer(seq, List.of());
            default -> new RunFinished(run);
        };
    }

    private static AssistantMessageAdded answer(long seq, List<ToolCall> calls) {
        String finish = calls.isEmpty() ? "stop" : "tool_calls";
        return new AssistantMessageAdded(
                "m-" + seq, ANSWER, "", calls, new Usage(2_000, 150), "some-model", finish, true, seq, 300);
    }
}
