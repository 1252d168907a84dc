package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.ProcessSettings;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.ThreadProcesses;
import dev.holdpoint.testing.FakeFiles;
import dev.holdpoint.testing.FakeSandbox;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The standard tools with small bounds over a fake sandbox; calls go the whole way, from check to result. */
final class Bench {

    static final ToolSettings SMALL = new ToolSettings(
            1024 * 1024,
            2_000,
            4_000,
            Duration.ofSeconds(120),
            Duration.ofSeconds(3600),
            100_000,
            20_000,
            200_000,
            Duration.ofSeconds(20),
            500,
            50);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ApprovalPolicy OPEN = new ApprovalPolicy(Set.of(), Set.of());

    final FakeSandbox sandbox = new FakeSandbox();
    final FakeFiles files = sandbox.files();
    final List<String> live = new ArrayList<>();
    final ThreadProcesses processes =
            new Processes(ProcessSettings.DEFAULT, FleetSettings.DEFAULT, Clock.systemUTC()).of(ThreadId.create());
    final ToolContext context = new ToolContext(sandbox, processes, this::show);
    final Toolbox toolbox;

    Bench() {
        this(SMALL);
    }

    Bench(ToolSettings settings) {
        this.toolbox = Toolbox.standard(settings, true);
    }

    private void show(Delta.Stream stream, String text) {
        live.add(stream + ":" + text);
    }

    /** @param namesAndValues of the arguments: text, numbers or booleans */
    ToolResult call(String tool, Object... namesAndValues) throws InterruptedException {
        return callWithId("call_1", tool, namesAndValues);
    }

    ToolResult callWithId(String id, String tool, Object... namesAndValues) throws InterruptedException {
        Checked checked =
                toolbox.check(new ToolCall(id, tool, json(namesAndValues).toString()));
        return switch (checked) {
            case Checked.Invalid invalid -> ToolResult.error(invalid.toolError());
            case Checked.Valid valid -> valid.tool().call(approved(valid.call()), context);
        };
    }

    Optional<String> diff(String tool, Object... namesAndValues) {
        return toolbox.find(tool).orElseThrow().diff(json(namesAndValues), context);
    }

    String describe(String tool, Object... namesAndValues) {
        return toolbox.find(tool).orElseThrow().describe(json(namesAndValues));
    }

    static ApprovedCall approved(ToolCall call) {
        return OPEN.allow(call, Mode.BUILD);
    }

    static ObjectNode json(Object... namesAndValues) {
        ObjectNode node = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            node.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
        }
        return node;
    }
}
