package dev.holdpoint.llm;

import dev.holdpoint.event.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the demo model knows of a turn: the request, and what happened since.
 *
 * @param steps how many answers with calls it gave so far
 * @param results what came of their calls, in order
 * @param latest what came of the calls of the latest answer
 */
record DemoTurn(
        String request,
        int steps,
        List<ChatMessage.ToolResult> results,
        List<ChatMessage.ToolResult> latest,
        Set<String> tools) {

    private static final int QUOTED = 700;
    /** As much of a result as is looked at for an obstacle. */
    private static final int START = 160;

    private static final Pattern OBSTACLE =
            Pattern.compile("(?i)^(error|invalid|unknown|cancelled|forbidden)\\b|\\b(reject(ed)?|declined|denied)\\b");
    private static final Pattern RAN = Pattern.compile("(?i)\\bexit(ed)?( with)? (code|status)\\b");

    static DemoTurn of(CompletionRequest request) {
        String text = "";
        int steps = 0;
        List<ChatMessage.ToolResult> results = new ArrayList<>();
        List<ChatMessage.ToolResult> latest = new ArrayList<>();
        for (ChatMessage message : request.messages()) {
            switch (message) {
                case ChatMessage.SystemPrompt _ -> {}
                case ChatMessage.User user -> {
                    text = user.text();
                    steps = 0;
                    results.clear();
                    latest.clear();
                }
                case ChatMessage.Assistant assistant -> {
                    steps += assistant.calls().isEmpty() ? 0 : 1;
                    latest.clear();
                }
                case ChatMessage.ToolResult result -> {
                    results.add(result);
                    latest.add(result);
                }
            }
        }
        Set<String> tools = request.tools().stream().map(ToolSpec::name).collect(Collectors.toUnmodifiableSet());
        return new DemoTurn(text, steps, List.copyOf(results), List.copyOf(latest), tools);
    }

    boolean offers(String tool) {
        return tools.contains(tool);
    }

    /** One of the latest calls that didn't do what it was for: it says so where it begins. */
    Optional<ChatMessage.ToolResult> obstacle() {
        return latest.stream().filter(DemoTurn::isObstacle).findFirst();
    }

    private static boolean isObstacle(ChatMessage.ToolResult result) {
        String content = result.content().strip();
        String start = content.substring(0, Math.min(content.length(), START));
        // A command that ran may print anything.
        return !RAN.matcher(content).find() && OBSTACLE.matcher(start).find();
    }

    /** The result as a reader needs it, as a block of Markdown: whole, or its two ends. */
    static String quote(ChatMessage.ToolResult result) {
        String content = Surrogates.mend(result.content().strip());
        if (content.length() > QUOTED) {
            int half = QUOTED / 2;
            content = content.substring(0, half) + "\n[…]\n" + content.substring(content.length() - half);
        }
        return fenced(content.isEmpty() ? "(nothing)" : content);
    }

    /** A fence ends at the first one that is as long as it. */
    private static String fenced(String content) {
        String fence = DemoCommands.FENCE;
        while (content.contains(fence)) {
            fence += '`';
        }
        return fence + "\n" + content + "\n" + fence;
    }
}
