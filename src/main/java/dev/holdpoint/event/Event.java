package dev.holdpoint.event;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fact about a thread. Facts are appended to the thread's journal before anyone sees them or acts on them; they are
 * never changed, and each kind must stay readable for ever (its golden file says how it looks).
 */
public sealed interface Event {

    /** The first fact of every thread. */
    record ThreadCreated(@Nullable String title, Mode mode, Map<String, Object> metadata) implements Event {
        public ThreadCreated {
            metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        }
    }

    /** A person changed what describes the thread; what is absent stays as it was. */
    record ThreadUpdated(
            @Nullable String title,
            @Nullable Mode mode,
            @Nullable Map<String, Object> metadata) implements Event {}

    /**
     * Work begins, or goes on after a decision.
     *
     * @param parentRunId the interrupted run that this one continues; absent when a new turn starts
     */
    record RunStarted(String runId, @Nullable String parentRunId, Mode mode) implements Event {}

    record UserMessageAdded(String messageId, String text) implements Event {}

    /**
     * The model's answer, whole.
     *
     * @param complete false when the answer broke off: its text is kept for the reader, and it has no calls
     * @param startedMillis when the model was asked, in milliseconds since the epoch
     * @param firstTokenMillis time to the first token; 0 when none came
     */
    record AssistantMessageAdded(
            String messageId,
            String text,
            String reasoning,
            List<ToolCall> calls,
            Usage usage,
            String model,
            String finishReason,
            boolean complete,
            long startedMillis,
            long firstTokenMillis)
            implements Event {
        public AssistantMessageAdded {
            calls = List.copyOf(calls);
            if (!complete && !calls.isEmpty()) {
                throw new IllegalArgumentException("an incomplete answer has no calls");
            }
        }
    }

    /** These calls wait for a person; the run ends here and its successor goes on. */
    record ApprovalRequested(String runId, List<Interrupt> interrupts) implements Event {
        public ApprovalRequested {
            interrupts = List.copyOf(interrupts);
            if (interrupts.isEmpty()) {
                throw new IllegalArgumentException("an approval is requested for something");
            }
        }
    }

    /**
     * What was said about a gated call.
     *
     * @param by who decided: {@code user}, or {@link #SYSTEM} when an interrupt expired
     */
    record ApprovalDecided(String interruptId, String toolCallId, Decision decision, String by) implements Event {
        public static final String SYSTEM = "system";
    }

    /**
     * A tool is about to run. Once this is stored, its effects may have happened.
     *
     * @param args the arguments that run, as JSON text, where a person put them in the place of the model's; null else
     */
    record ToolCallStarted(
            String toolCallId,
            String tool,
            String digest,
            @Nullable String args) implements Event {}

    record ToolCallFinished(
            String toolCallId,
            Outcome outcome,
            String content,
            @Nullable Integer exitCode,
            boolean truncated,
            long durationMillis)
            implements Event {}

    record TodosChanged(List<Todo> todos) implements Event {
        public TodosChanged {
            todos = List.copyOf(todos);
        }
    }

    /** What a client shows beside the conversation, as it is now. */
    record StateChanged(List<Todo> todos, @Nullable String title, Usage usage, Mode mode) implements Event {
        public StateChanged {
            todos = List.copyOf(todos);
        }
    }

    /** A person wants the turn to stop; whoever runs it must end it. */
    record CancelRequested(String runId) implements Event {}

    record RunFinished(String runId) implements Event {}

    record RunFailed(String runId, Failure failure) implements Event {}
}
