package dev.holdpoint.app;

import dev.holdpoint.api.Wire;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Event.ApprovalDecided;
import dev.holdpoint.event.Event.AssistantMessageAdded;
import dev.holdpoint.event.Event.RunFailed;
import dev.holdpoint.event.Event.RunFinished;
import dev.holdpoint.event.Event.ToolCallFinished;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Recorded;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** Counts what turns do. Every tag has a closed set of values, whatever a model or a person may send. */
final class TurnMetrics implements TurnObserver {

    private static final String TURNS = "holdpoint.turns";
    private static final String TOKENS = "holdpoint.tokens";
    private static final String APPROVALS = "holdpoint.approvals";

    private final MeterRegistry registry;
    private final Set<String> tools;
    private final Timer approvalWait;
    private final Timer firstToken;

    /** @param tools the tools that exist; every other name counts as {@code unknown} */
    TurnMetrics(MeterRegistry registry, Set<String> tools) {
        this.registry = registry;
        this.tools = Set.copyOf(tools);
        this.approvalWait = Timer.builder("holdpoint.approval.wait")
                .description("Time from asking for an approval to its decision")
                .serviceLevelObjectives(seconds(1, 10, 60, 300, 1_800, 7_200, 86_400))
                .register(registry);
        this.firstToken = Timer.builder("holdpoint.model.time.to.first.token")
                .description("Time from asking the model to its first token")
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(60))
                .register(registry);
        beginWithZeros();
    }

    /** A rate over a series that isn't there yet misses its first step. */
    private void beginWithZeros() {
        registry.counter(TURNS, "outcome", "success");
        for (Failure.Code code : Failure.Code.values()) {
            registry.counter(TURNS, "outcome", Wire.name(code));
        }
        Stream.of("input", "output").forEach(direction -> registry.counter(TOKENS, "direction", direction));
        for (Decision.Type type : Decision.Type.values()) {
            registry.counter(APPROVALS, "decision", Wire.name(type), "by", "user");
        }
    }

    @Override
    public void saw(Recorded recorded, ThreadFacts before) {
        switch (recorded.event()) {
            case RunFinished _ -> turn("success");
            case RunFailed e -> turn(Wire.name(e.failure().code()));
            case AssistantMessageAdded e -> answered(e);
            case ToolCallFinished e -> called(e, before);
            case ApprovalDecided e -> decided(recorded, e, before);
            case Event.ThreadCreated _,
                    Event.ThreadUpdated _,
                    Event.RunStarted _,
                    Event.UserMessageAdded _,
                    Event.ApprovalRequested _,
                    Event.ToolCallStarted _,
                    Event.TodosChanged _,
                    Event.StateChanged _,
                    Event.CancelRequested _ -> {}
        }
    }

    private void turn(String outcome) {
        registry.counter(TURNS, "outcome", outcome).increment();
    }

    private void answered(AssistantMessageAdded e) {
        registry.counter(TOKENS, "direction", "input")
                .increment((double) e.usage().inputTokens());
        registry.counter(TOKENS, "direction", "output")
                .increment((double) e.usage().outputTokens());
        if (e.firstTokenMillis() > 0) {
            firstToken.record(Duration.ofMillis(e.firstTokenMillis()));
        }
    }

    private void called(ToolCallFinished e, ThreadFacts before) {
        String tool = before.tool(e.toolCallId()).filter(tools::contains).orElse("unknown");
        registry.counter("holdpoint.tool.calls", "tool", tool, "outcome", Wire.name(e.outcome()))
                .increment();
    }

    private void decided(Recorded recorded, ApprovalDecided e, ThreadFacts before) {
        String by = e.by().equals(ApprovalDecided.SYSTEM) ? ApprovalDecided.SYSTEM : "user";
        registry.counter(APPROVALS, "decision", Wire.name(e.decision().type()), "by", by)
                .increment();
        before.waiting(e.interruptId())
                .map(waiting -> Duration.between(waiting.since(), recorded.at()))
                .filter(wait -> !wait.isNegative())
                .ifPresent(approvalWait::record);
    }

    private static Duration[] seconds(long... values) {
        return Arrays.stream(values).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
    }
}
