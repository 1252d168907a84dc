package dev.holdpoint.tool;

import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tools that a model may call, in the order in which it sees them. Safe for many threads. */
public final class Toolbox {

    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final Map<String, ArgumentCheck> checks = new LinkedHashMap<>();

    /**
     * @throws IllegalArgumentException if two tools have the same name
     */
    public Toolbox(List<Tool> tools, ToolSettings settings) {
        for (Tool tool : tools) {
            ToolSpec spec = tool.spec();
            if (this.tools.put(spec.name(), BoundedTool.of(tool, settings)) != null) {
                throw new IllegalArgumentException("two tools are called " + spec.name());
            }
            checks.put(spec.name(), new ArgumentCheck(spec, settings.maxArgumentBytes()));
        }
    }

    /**
     * The built-in tools.
     *
     * @param withExecute whether there is a sandbox in which commands can run; without one, execute and process aren't
     *     offered
     */
    public static Toolbox standard(ToolSettings settings, boolean withExecute) {
        List<Tool> tools = new ArrayList<>(List.of(
                new WriteTodosTool(),
                new LsTool(settings),
                new ReadFileTool(settings),
                new WriteFileTool(settings),
                new EditFileTool(settings),
                new GlobTool(settings),
                new GrepTool(settings)));
        if (withExecute) {
            tools.add(new ExecuteTool(settings));
            tools.add(new ProcessTool(settings));
        }
        return new Toolbox(tools, settings);
    }

    /** The tools that a model is told of: in plan mode only those that change nothing. */
    public List<ToolSpec> specs(Mode mode) {
        return tools.values().stream()
                .filter(tool -> mode == Mode.BUILD || tool.isReadOnly())
                .map(Tool::spec)
                .toList();
    }

    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    public Set<String> names() {
        return Set.copyOf(tools.keySet());
    }

    public Set<String> readOnlyNames() {
        return tools.values().stream()
                .filter(Tool::isReadOnly)
                .map(tool -> tool.spec().name())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Checks what the model asked for. Never throws, whatever the call holds. */
    public Checked check(ToolCall call) {
        Tool tool = tools.get(call.name());
        ArgumentCheck check = checks.get(call.name());
        if (tool == null || check == null) {
            String problem = "there is no tool called " + Words.quoted(call.name()) + ". The tools are: "
                    + String.join(", ", tools.keySet()) + ".";
            return new Checked.Invalid("Error: " + problem, problem);
        }
        ToolCall normalised = call.arguments().isBlank() ? call.withArguments("{}") : call;
        return check.problem(normalised.arguments())
                .<Checked>map(problem ->
                        new Checked.Invalid("Error: " + call.name() + " was not called: " + problem, problem))
                .orElseGet(() -> new Checked.Valid(normalised, tool));
    }
}
