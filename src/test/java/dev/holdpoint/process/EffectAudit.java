package dev.holdpoint.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Event.ToolCallStarted;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether what the journal says of its calls is what happened in the workspace. */
final class EffectAudit {

    private static final JsonMapper JSON = new JsonMapper();

    private final String thread;
    private final List<Recorded> events;
    private final Path workspace;
    private final Findings findings;
    /** What commands left that no call accounts for yet. */
    private final List<String> tokens;

    EffectAudit(String thread, List<Recorded> events, Path workspace, Findings findings) throws IOException {
        this.thread = thread;
        this.events = events;
        this.workspace = workspace;
        this.findings = findings;
        Path file = workspace.resolve(TokenModel.FILE);
        this.tokens = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    void check() throws IOException {
        for (Recorded recorded : events) {
            if (recorded.event() instanceof AssistantMessageAdded answer) {
                for (ToolCall call : answer.calls()) {
                    check(call);
                }
            }
        }
        findings.require(tokens.isEmpty(), thread, "effects that no call accounts for", tokens);
    }

    private void check(ToolCall call) throws IOException {
        JsonNode arguments = JSON.readTree(decidedArguments(call));
        if (call.name().equals("execute")) {
            String token = TokenModel.token(arguments.path("command").asText());
            long effects = tokens.stream().filter(token::equals).count();
            tokens.removeIf(token::equals);
            compare(call, effects);
        } else {
            Path note = workspace.resolve(
                    Path.of(arguments.path("file_path").asText()).getFileName());
            String content = arguments.path("content").asText();
            compare(call, Files.exists(note) && Files.readString(note).equals(content) ? 1 : 0);
        }
    }

    private void compare(ToolCall call, long effects) {
        boolean started = first(ToolCallStarted.class, s -> s.toolCallId().equals(call.id()))
                .isPresent();
        Optional<ToolCallFinished> finished =
                first(ToolCallFinished.class, f -> f.toolCallId().equals(call.id()));
        if (finished.isPresent()) {
            long least = isCertain(finished.get()) ? 1 : 0;
            long most = started && !isWithoutEffect(finished.get().outcome()) ? 1 : 0;
            String what = effects + " effects of " + call + ", started: " + started;
            findings.require(effects >= least && effects <= most, thread, what, finished.get());
        }
    }

    private static boolean isCertain(ToolCallFinished finished) {
        Integer exit = finished.exitCode();
        return finished.outcome() == Outcome.OK || (exit != null && exit == 0);
    }

    private static boolean isWithoutEffect(Outcome outcome) {
        return outcome == Outcome.REJECTED || outcome == Outcome.ERROR;
    }

    private String decidedArguments(ToolCall call) {
        return first(ApprovalDecided.class, d -> d.toolCallId().equals(call.id()))
                .map(ApprovalDecided::decision)
                .map(Decision::args)
                .orElse(call.arguments());
    }

    private <E extends Event> Optional<E> first(Class<E> type, Predicate<E> wanted) {
        return events.stream()
                .map(Recorded::event)
                .filter(type::isInstance)
                .map(type::cast)
                .filter(wanted)
                .findFirst();
    }
}
