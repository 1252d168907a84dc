package dev.holdpoint.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.CancelRequested;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.RunStarted;
import dev.holdpoint.event.Event.StateChanged;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Event.ThreadUpdated;
import dev.holdpoint.event.Event.TodosChanged;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Interrupt;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.llm.OpenAiSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks, event by event, that a journal from elsewhere tells what could have happened here. Keeps no text of the
 * conversation, however long it is.
 */
final class SoundHistory {

    /** Title, metadata and plan together: what is kept of every thread for lists. */
    static final int MAX_SUMMARY_CHARS = 2 << 20;

    /** Text, reasoning and arguments of one answer together; a model's answer is no longer here, either. */
    static final int MAX_ANSWER_CHARS = OpenAiSettings.DEFAULT_MAX_ANSWER_BYTES;

    /** How far two clocks may be apart. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /** An event that can't follow those before it. */
    static final class Unsound extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsound(String what) {
            super(what);
        }
    }

    private final Standing standing = new Standing();
    private final Set<String> callIds = new HashSet<>();
    private final int maxMessageChars;
    private final Instant latest;
    private Instant lastAt = EARLIEST;

    /**
     * Nothing was added yet.
     *
     * @param maxMessageChars the longest message that a person may send here
     * @param now when the journal is read
     */
    SoundHistory(int maxMessageChars, Instant now) {
        this.maxMessageChars = maxMessageChars;
        this.latest = now.plus(CLOCK_SKEW);
    }

    /** @throws Unsound if the event can't follow those before it */
    void add(Recorded recorded) {
        Event event = recorded.event();
        require(
                event instanceof ThreadCreated == (standing.seq() == 0),
                "a thread is created once, by its first event");
        check(recorded.at());
        check(event);
        try {
            standing.apply(recorded);
        } catch (IllegalArgumentException e) {
            throw new Unsound(String.valueOf(e.getMessage()));
        }
    }

    /** A journal that several processes wrote has the times of several clocks. */
    private void check(Instant at) {
        require(!at.isBefore(EARLIEST), "at lies before the year 2000");
        require(!at.isAfter(latest), "at lies in the future");
        require(!at.isBefore(lastAt.minus(CLOCK_SKEW)), "at lies before that of an earlier event");
        lastAt = at.isAfter(lastAt) ? at : lastAt;
    }

    private void check(Event event) {
        switch (event) {
            case ThreadCreated e -> checkSize(e.title(), e.metadata());
            case ThreadUpdated e -> checkSize(e.title(), e.metadata() == null ? "" : e.metadata());
            case RunStarted e -> checkStart(e);
            case UserMessageAdded e -> {
                requireAnswered("a message");
                require(
                        e.text().length() <= maxMessageChars,
                        "a message is longer than " + maxMessageChars + " characters (HOLDPOINT_MAX_MESSAGE_CHARS)");
            }
            case AssistantMessageAdded e -> {
                requireAnswered("an answer");
                require(chars(e) <= MAX_ANSWER_CHARS, "an answer is longer than " + MAX_ANSWER_CHARS + " characters");
                e.calls().forEach(this::checkNew);
            }
            case ApprovalRequested e -> {
                requireRun(e.runId());
                e.interrupts().forEach(this::checkInterrupt);
            }
            case ApprovalDecided e -> checkDecision(e);
            case ToolCallStarted e -> checkBegun(e);
            case ToolCallFinished e -> call(e.toolCallId(), "a result");
            case TodosChanged e -> {
                requireRunning("a change of the plan");
                checkSize(null, e.todos());
            }
            case StateChanged e -> {
                requireRunning("a snapshot");
                checkSize(e.title(), e.todos());
            }
            case CancelRequested e -> requireRun(e.runId());
            case RunFinished e -> checkEnd(e.runId());
            case RunFailed e -> checkEnd(e.runId());
        }
    }

    private void checkStart(RunStarted e) {
        Status status = standing.summary().status();
        require(status != Status.RUNNING, "a run starts while another one is under way");
        String parent = status == Status.INTERRUPTED ? standing.runId() : null;
        require(
                parent == null ? e.parentRunId() == null : parent.equals(e.parentRunId()),
                "a run goes on with the one that was interrupted, and with no other");
    }

    private void checkEnd(String run) {
        requireRun(run);
        require(standing.open().isEmpty(), "a run ends while a call has no result");
    }

    private static long chars(AssistantMessageAdded e) {
        long arguments =
                e.calls().stream().mapToLong(c -> c.arguments().length()).sum();
        return arguments + e.text().length() + e.reasoning().length();
    }

    private void checkNew(ToolCall call) {
        require(callIds.add(call.id()), "a call has the id of an earlier one");
    }

    private void checkInterrupt(Interrupt interrupt) {
        OpenCall call = call(interrupt.call().id(), "an approval");
        require(call.call().equals(interrupt.call()), "an approval shows another call than the one that was made");
        requireObject(interrupt.call().arguments(), "an approval of a call");
    }

    private void checkDecision(ApprovalDecided e) {
        require(
                standing.open(e.toolCallId())
                        .filter(OpenCall::isPending)
                        .map(OpenCall::interrupt)
                        .filter(i -> i.id().equals(e.interruptId()))
                        .isPresent(),
                "a decision on something that doesn't wait for one");
    }

    private void checkBegun(ToolCallStarted e) {
        OpenCall call = call(e.toolCallId(), "a start");
        require(call.call().name().equals(e.tool()), "a start of another tool than the one that was called");
        require(!call.isPending(), "a start of a call that waits for a decision");
        if (e.args() != null) {
            Decision decision = call.decision();
            require(
                    decision != null && e.args().equals(decision.args()),
                    "a start with other arguments than a person gave");
            requireObject(e.args(), "a start");
        }
    }

    private static void requireObject(String arguments, String what) {
        try {
            require(JSON.readTree(arguments).isObject(), what + " whose arguments are no JSON object");
        } catch (JsonProcessingException e) {
            throw new Unsound(what + " whose arguments are no JSON object");
        }
    }

    private void checkSize(@Nullable String title, Object other) {
        long chars =
                (title == null ? 0 : title.length()) + (long) other.toString().length();
        require(chars <= MAX_SUMMARY_CHARS, "title, metadata or plan is too long");
    }

    private OpenCall call(String id, String what) {
        requireRunning(what);
        return standing.open(id).orElseThrow(() -> new Unsound(what + " without an open call of this id"));
    }

    private void requireAnswered(String what) {
        requireRunning(what);
        require(standing.open().isEmpty(), what + " while a call has no result");
    }

    private void requireRun(String run) {
        requireRunning("an event of a run");
        require(run.equals(standing.runId()), "an event of a run that isn't under way");
    }

    private void requireRunning(String what) {
        require(standing.summary().status() == Status.RUNNING, what + " while no run is under way");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Unsound(what);
        }
    }

    /** How the thread stands after all that was added. */
    Standing standing() {
        return standing;
    }
}
