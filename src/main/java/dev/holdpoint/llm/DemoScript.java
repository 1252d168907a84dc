package dev.holdpoint.llm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what the demo model says next, from nothing but the history. */
final class DemoScript {

    private static final String LABEL = "Demo model";
    private static final String HINT =
            "I'm the built-in demo model, not a real one: I follow a fixed script. Set HOLDPOINT_MODEL_API_KEY for a real model.";

    private DemoScript() {}

    static DemoStep next(CompletionRequest request) {
        DemoTurn turn = DemoTurn.of(request);
        Optional<DemoStep> commands = DemoCommands.parse(turn.request());
        return commands.isPresent() ? obey(turn, commands.get()) : program(turn);
    }

    private static DemoStep obey(DemoTurn turn, DemoStep commands) {
        if (turn.steps() > 0) {
            return DemoStep.end(report(turn));
        }
        List<DemoStep.Call> offered = commands.calls().stream()
                .filter(call -> turn.offers(call.tool()))
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add(commands.text());
        commands.calls().stream()
                .filter(call -> !turn.offers(call.tool()))
                .forEach(call -> lines.add("The tool " + call.tool() + " is not offered here, so I can't use it."));
        lines.add(offered.isEmpty() ? "(" + LABEL + ")" : LABEL + ": doing as you say.");
        return new DemoStep(commands.reasoning(), joined(lines), offered);
    }

    private static String report(DemoTurn turn) {
        List<String> lines = new ArrayList<>();
        lines.add(LABEL + ": this is what came of it.");
        for (ChatMessage.ToolResult result : turn.latest()) {
            lines.add("`" + result.tool() + "`:\n" + DemoTurn.quote(result));
        }
        return joined(lines);
    }

    private static DemoStep program(DemoTurn turn) {
        if (turn.request().isBlank()) {
            return DemoStep.end(HINT + " Ask me for something, for instance: print the first 10 primes");
        }
        Optional<ChatMessage.ToolResult> obstacle = turn.obstacle();
        if (obstacle.isPresent()) {
            return DemoStep.end(LABEL + ": " + obstacle.get().tool() + " was rejected or failed, so I stop here.\n"
                    + DemoTurn.quote(obstacle.get()));
        }
        DemoProgram program = DemoProgram.fitting(turn.request());
        List<DemoStep> steps = steps(turn, program);
        return turn.steps() < steps.size() ? steps.get(turn.steps()) : DemoStep.end(result(turn, program));
    }

    /** One answer each; tools that aren't offered are left out, and the end says so. */
    private static List<DemoStep> steps(DemoTurn turn, DemoProgram program) {
        List<DemoStep> steps = new ArrayList<>();
        String thought = "The request looks like " + program.topic() + ". A small program will do.";
        steps.add(new DemoStep(thought, HINT + "\nFirst a plan.", List.of(todos(program, false))));
        steps.add(step(
                "Now the program.",
                DemoStep.Call.of("write_file", "file_path", program.path(), "content", program.source())));
        if (turn.offers("write_file")) {
            steps.add(step("Let me run it.", DemoStep.Call.of("execute", "command", program.command())));
        }
        steps.add(step("That's all of the plan.", todos(program, true)));
        steps.removeIf(step -> !turn.offers(step.calls().getFirst().tool()));
        return steps;
    }

    private static String result(DemoTurn turn, DemoProgram program) {
        if (!turn.offers("write_file")) {
            return HINT + "\nI may not write files here, so this is only what I would write:\n```\n" + program.source()
                    + "```";
        }
        if (!turn.offers("execute")) {
            return LABEL + ": " + program.path() + " is written, but I can't run commands here.";
        }
        return turn.results().stream()
                .filter(result -> result.tool().equals("execute"))
                .findFirst()
                .map(result -> LABEL + ": I wrote " + program.path() + " (" + program.topic() + ") and ran `"
                        + program.command() + "`. This is what came out:\n" + DemoTurn.quote(result))
                .orElse(LABEL + ": the program was not run.");
    }

    private static DemoStep step(String text, DemoStep.Call call) {
        return new DemoStep("", text, List.of(call));
    }

    private static DemoStep.Call todos(DemoProgram program, boolean completed) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        ArrayNode todos = arguments.putArray("todos");
        String[] contents = {"Write " + program.path(), "Run " + program.command(), "Report what it prints"};
        for (int i = 0; i < contents.length; i++) {
            String status = i == 0 ? "in_progress" : "pending";
            todos.addObject().put("content", contents[i]).put("status", completed ? "completed" : status);
        }
        return new DemoStep.Call("write_todos", arguments);
    }

    private static String joined(List<String> lines) {
        return String.join("\n", lines.stream().filter(line -> !line.isEmpty()).toList());
    }
}
