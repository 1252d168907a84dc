package dev.holdpoint.event;

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
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A thread at a glance: the part of its fold that stays small however long its conversation becomes.
 *
 * @param waiting the interrupts that nobody has decided yet
 */
public record Summary(
        @Nullable String title,
        Mode mode,
        Map<String, Object> metadata,
        Status status,
        List<Todo> todos,
        Usage usage,
        Instant createdAt,
        Instant updatedAt,
        List<Waiting> waiting) {

    /** A thread of which nothing has happened. */
    public static final Summary NONE = new Summary(
            null, Mode.BUILD, Map.of(), Status.IDLE, List.of(), Usage.NONE, Instant.EPOCH, Instant.EPOCH, List.of());

    /** @param expiresAt when the system decides by itself; never, when absent */
    public record Waiting(String interruptId, @Nullable Instant expiresAt) {}

    public Summary {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        todos = List.copyOf(todos);
        waiting = List.copyOf(waiting);
    }

    /** The first moment at which one of the waiting interrupts expires. */
    public Optional<Instant> expiresAt() {
        return waiting.stream().map(Waiting::expiresAt).filter(Objects::nonNull).min(Instant::compareTo);
    }

    /** The summary after one more event, which happened at that time. */
    public Summary after(Event event, Instant at) {
        return switch (event) {
            case ThreadCreated e ->
                new Summary(e.title(), e.mode(), e.metadata(), status, todos, usage, at, at, waiting);
            case ThreadUpdated e -> updated(e, at);
            case RunStarted e ->
                new Summary(title, e.mode(), metadata, status.after(e), todos, usage, createdAt, at, List.of());
            case AssistantMessageAdded e ->
                new Summary(title, mode, metadata, status, todos, usage.plus(e.usage()), createdAt, at, waiting);
            case TodosChanged e -> new Summary(title, mode, metadata, status, e.todos(), usage, createdAt, at, waiting);
            case ApprovalRequested e -> standing(status.after(e), at, waiting(e));
            case ApprovalDecided e -> standing(status, at, waitingWithout(e.interruptId()));
            case RunFinished e -> standing(status.after(e), at, List.of());
            case RunFailed e -> standing(status.after(e), at, List.of());
            case UserMessageAdded _, ToolCallStarted _, ToolCallFinished _, StateChanged _, CancelRequested _ ->
                standing(status, at, waiting);
        };
    }

    private Summary updated(ThreadUpdated e, Instant at) {
        return new Summary(
                e.title() == null ? title : e.title(),
                e.mode() == null ? mode : e.mode(),
                e.metadata() == null ? metadata : e.metadata(),
                status,
                todos,
                usage,
                createdAt,
                at,
                waiting);
    }

    private Summary standing(Status now, Instant at, List<Waiting> left) {
        return new Summary(title, mode, metadata, now, todos, usage, createdAt, at, left);
    }

    private static List<Waiting> waiting(ApprovalRequested e) {
        return e.interrupts().stream()
                .map(i -> new Waiting(i.id(), i.expiresAt()))
                .toList();
    }

    private List<Waiting> waitingWithout(String interruptId) {
        return waiting.stream()
                .filter(w -> !w.interruptId().equals(interruptId))
                .toList();
    }
}
