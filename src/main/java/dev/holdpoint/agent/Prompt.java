package dev.holdpoint.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.llm.ChatMessage;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a thread into the history that the model sees; that history is always valid. */
final class Prompt {

    private static final String INSTRUCTIONS = """
            You are an agent that gets work done with the tools you are given.

            Your working directory is /workspace. Work there and below, unless the person tells you otherwise. \
            /shared holds files for reading only. Paths are always absolute.

            - For work of more than two steps, write a plan with write_todos first and keep it up to date: one item in \
            progress at a time, done items marked as completed.
            - Look before you change: read a file before you edit it.
            - Use the file tools for files and execute for everything else; commands run by sh, without a terminal and \
            without input.
            - Some calls wait for a person, who may approve, change, answer or reject them. After a rejection don't try \
            the same again: do what the person said, or ask.
            - A result that begins with "Error" says how to mend the call. "outcome unknown" means that nobody knows \
            whether it took effect: look before you repeat it.
            - When you are done, say briefly what you did and what came of it. Report only what the tools showed.
            """;

    private static final String PLANNING = """

            This thread is in plan mode: you can look around, but change nothing. Work out a plan and present it.
            """;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String append;
    private final Clock clock;

    /** @param append added at the end of the system prompt */
    Prompt(String append, Clock clock) {
        this.append = append;
        this.clock = clock;
    }

    List<ChatMessage> of(ThreadState state) {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(new ChatMessage.SystemPrompt(system(state.mode())));
        Map<String, String> tools = new HashMap<>();
        for (Event event : state.conversation()) {
            switch (event) {
                case UserMessageAdded e -> messages.add(new ChatMessage.User(e.text()));
                case AssistantMessageAdded e -> {
                    e.calls().forEach(c -> tools.put(c.id(), c.name()));
                    messages.add(new ChatMessage.Assistant(e.text(), sendable(e.calls())));
                }
                case ToolCallFinished e ->
                    messages.add(new ChatMessage.ToolResult(
                            e.toolCallId(),
                            tools.getOrDefault(e.toolCallId(), "unknown"),
                            edit(state, e) + e.content()));
                case ThreadCreated _,
                        ThreadUpdated _,
                        RunStarted _,
                        ApprovalRequested _,
                        ApprovalDecided _,
                        ToolCallStarted _,
                        TodosChanged _,
                        StateChanged _,
                        CancelRequested _,
                        RunFinished _,
                        RunFailed _ -> throw new IllegalStateException("not a part of a conversation: " + event);
            }
        }
        return messages;
    }

    /** The model must know what really ran: its own call stands above the result. */
    private static String edit(ThreadState state, ToolCallFinished result) {
        return state.decidedCall(result.toolCallId())
                .map(d -> d.decision().args())
                .map(args -> "[A person changed the arguments before this ran. What ran was: " + args + "]\n")
                .orElse("");
    }

    private String system(Mode mode) {
        String own = append.isBlank() ? "" : "\n" + append.strip() + "\n";
        return INSTRUCTIONS + (mode == Mode.PLAN ? PLANNING : "") + "\nToday is " + LocalDate.now(clock) + ".\n" + own;
    }

    /** Servers refuse a history with arguments that aren't JSON objects; the result beside them tells what was wrong. */
    private static List<ToolCall> sendable(List<ToolCall> calls) {
        return calls.stream()
                .map(c -> isJsonObject(c.arguments()) ? c : c.withArguments("{}"))
                .toList();
    }

    private static boolean isJsonObject(String text) {
        try {
            return JSON.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
