package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.Todo;
import dev.holdpoint.event.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Replaces the plan. It changes nothing else, so it's read-only as plan mode sees it. */
final class WriteTodosTool implements Tool {

    private static final ToolSpec SPEC = Schemas.spec("write_todos", """
            Replaces your plan, which the person sees. Use it for work of three steps or more; leave it for simple \
            requests. Send the whole list each time, in order. Keep one item in_progress while you work on it, and \
            mark it completed as soon as it is done.""", "todos", """
            {"todos": {
               "type": "array",
               "maxItems": 200,
               "description": "The whole plan; an empty list clears it.",
               "items": {
                 "type": "object",
                 "properties": {
                   "content": {"type": "string", "minLength": 1, "description": "What is to be done."},
                   "status": {"type": "string", "enum": ["pending", "in_progress", "completed"]}
                 },
                 "required": ["content", "status"],
                 "additionalProperties": false}}}""");

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public ToolResult call(ApprovedCall call, ToolContext context) {
        List<Todo> todos = todos(call.arguments());
        long done = todos.stream()
                .filter(todo -> todo.status() == Todo.Status.COMPLETED)
                .count();
        String content = todos.isEmpty()
                ? "The plan is empty now."
                : "The plan has " + Words.count(todos.size(), "item") + " now, " + done + " completed.";
        return new ToolResult(Outcome.OK, content, null, false, todos);
    }

    @Override
    public String describe(ObjectNode arguments) {
        return todos(arguments).stream()
                .map(todo -> "[" + todo.status().name().toLowerCase(Locale.ROOT) + "] " + todo.content())
                .collect(Collectors.joining("\n"));
    }

    private static List<Todo> todos(ObjectNode arguments) {
        List<Todo> todos = new ArrayList<>();
        for (JsonNode item : arguments.required("todos")) {
            String status = item.required("status").textValue().toUpperCase(Locale.ROOT);
            todos.add(new Todo(item.required("content").textValue(), Todo.Status.valueOf(status)));
        }
        return List.copyOf(todos);
    }
}
