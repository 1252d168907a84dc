package dev.holdpoint.llm;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The built-in model for when no real one is set up: it answers from the history alone, and says that it's a
 * demonstration. It obeys plain commands ({@link DemoCommands}); for anything else it plans, writes a small program, runs it
 * and reports its real output. It only asks for tools that are offered.
 */
public final class DemoLlm implements Llm {

    private static final Pattern AFTER_BLANK = Pattern.compile("(?<=\\s)(?=\\S)");
    private static final int CHARS_PER_TOKEN = 4;

    private final Duration delay;

    /** Speaks as fast as a quick model does. */
    public DemoLlm() {
        this(Duration.ofMillis(5));
    }

    /** @param delay before each word; may be zero */
    public DemoLlm(Duration delay) {
        this.delay = delay;
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public boolean isDemo() {
        return true;
    }

    @Override
    public Completion complete(CompletionRequest request, Consumer<Delta> onDelta) throws InterruptedException {
        long started = System.nanoTime();
        DemoStep step = DemoScript.next(request);
        List<ToolCall> calls = step.calls().stream()
                .map(call -> new ToolCall(
                        Ids.toolCall(), call.tool(), call.arguments().toString()))
                .toList();
        List<Delta> deltas = deltas(request.messageId(), step, calls);
        long firstTokenMillis = 0;
        for (int i = 0; i < deltas.size(); i++) {
            // Throws when interrupted, also with no delay.
            Thread.sleep(delay);
            onDelta.accept(deltas.get(i));
            firstTokenMillis = i == 0 ? (System.nanoTime() - started) / 1_000_000 : firstTokenMillis;
        }
        String reason = calls.isEmpty() ? "stop" : "tool_calls";
        return new Completion(
                step.text(), step.reasoning(), calls, usage(request, step), name(), reason, firstTokenMillis);
    }

    private static List<Delta> deltas(String messageId, DemoStep step, List<ToolCall> calls) {
        List<Delta> deltas = new ArrayList<>();
        words(step.reasoning()).forEach(word -> deltas.add(new Delta.Reasoning(messageId, word)));
        words(step.text()).forEach(word -> deltas.add(new Delta.Text(messageId, word)));
        for (ToolCall call : calls) {
            deltas.add(new Delta.CallStarted(messageId, call.id(), call.name()));
            words(call.arguments()).forEach(word -> deltas.add(new Delta.CallArguments(messageId, call.id(), word)));
        }
        return deltas;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(AFTER_BLANK.split(text));
    }

    private static Usage usage(CompletionRequest request, DemoStep step) {
        long input = request.messages().stream().mapToLong(DemoLlm::length).sum();
        int output = step.reasoning().length()
                + step.text().length()
                + step.calls().toString().length();
        return new Usage(tokens(input), tokens(output));
    }

    private static long length(ChatMessage message) {
        return switch (message) {
            case ChatMessage.SystemPrompt prompt -> prompt.text().length();
            case ChatMessage.User user -> user.text().length();
            case ChatMessage.Assistant assistant ->
                assistant.text().length() + assistant.calls().toString().length();
            case ChatMessage.ToolResult result -> result.content().length();
        };
    }

    private static long tokens(long chars) {
        return (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }
}
