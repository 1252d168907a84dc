package dev.holdpoint.llm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands that the demo model obeys to the letter, one in each line:
 *
 * <pre>
 * run: COMMAND          write PATH: CONTENT     edit PATH: OLD =&gt; NEW
 * read PATH             ls [PATH]               glob PATTERN
 * grep TEXT             todos: ONE; TWO         say: TEXT         think: TEXT
 * </pre>
 *
 * <p>{@code run:} and {@code write PATH:} with nothing after the colon take the fenced block (three backticks) that follows.
 * A path with blanks goes into double quotes; a relative path is below {@code /workspace}.
 */
final class DemoCommands {

    static final String FENCE = "```";
    private static final String PATH = "(\"[^\"]+\"|[^\\s\"]+?)";
    private static final Pattern LINE = Pattern.compile("(?i)(?<run>run):(?<command>.*)"
            + "|(?<write>write)\\s+(?<target>" + PATH + "):(?: (?<content>.*))?"
            + "|(?<edit>edit)\\s+(?<file>" + PATH + "):\\s(?<old>.*?) => ?(?<new>.*)"
            + "|(?<one>read|glob)\\s+(?<what>" + PATH + ")\\s*"
            + "|(?<ls>ls)(?:\\s+(?<folder>" + PATH + "))?\\s*"
            + "|(?<grep>grep)\\s+(?<text>.+)"
            + "|(?<words>todos|say|think):(?<said>.*)");

    private final List<String> lines;
    private final StringBuilder said = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private final List<DemoStep.Call> calls = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private int next;

    private DemoCommands(String message) {
        lines = message.lines().toList();
    }

    /** Empty if the message doesn't begin with a command: then it's a wish. */
    static Optional<DemoStep> parse(String message) {
        String first =
                message.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        if (!LINE.matcher(first.strip()).matches()) {
            return Optional.empty();
        }
        return Optional.of(new DemoCommands(message).step());
    }

    private DemoStep step() {
        while (next < lines.size()) {
            String line = lines.get(next++).strip();
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                obey(matcher);
            } else if (!line.isEmpty()) {
                unknown.add(line);
            }
        }
        if (!unknown.isEmpty()) {
            append(said, "I know no such command: " + String.join(" / ", unknown));
        }
        return new DemoStep(thought.toString(), said.toString(), calls);
    }

    private void obey(Matcher line) {
        if (line.group("run") != null) {
            call("execute", "command", orBlock(line.group("command").strip()));
        } else if (line.group("write") != null) {
            String content = line.group("content");
            call(
                    "write_file",
                    "file_path",
                    path(line.group("target")),
                    "content",
                    orBlock(content == null ? "" : content));
        } else if (line.group("edit") != null) {
            call(
                    "edit_file",
                    "file_path",
                    path(line.group("file")),
                    "old_string",
                    line.group("old"),
                    "new_string",
                    line.group("new"));
        } else if (line.group("ls") != null) {
            String folder = line.group("folder");
            call("ls", "path", folder == null ? "/workspace" : path(folder));
        } else if (line.group("grep") != null) {
            call("grep", "pattern", line.group("text"), "path", "/workspace", "output_mode", "content");
        } else if (line.group("one") != null) {
            look(line.group("one").toLowerCase(Locale.ROOT), line.group("what"));
        } else {
            speak(
                    line.group("words").toLowerCase(Locale.ROOT),
                    line.group("said").strip());
        }
    }

    private void look(String verb, String what) {
        if (verb.equals("read")) {
            call("read_file", "file_path", path(what));
        } else if (what.startsWith("/")) {
            call("glob", "pattern", what);
        } else {
            call("glob", "pattern", unquoted(what), "path", "/workspace");
        }
    }

    private void speak(String verb, String text) {
        switch (verb) {
            case "say" -> append(said, text);
            case "think" -> append(thought, text);
            default -> calls.add(todos(text.split("\\s*;\\s*"), "pending"));
        }
    }

    static DemoStep.Call todos(String[] contents, String status) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        ArrayNode todos = arguments.putArray("todos");
        for (String content : contents) {
            todos.addObject().put("content", content).put("status", status);
        }
        return new DemoStep.Call("write_todos", arguments);
    }

    private void call(String tool, String... fields) {
        calls.add(DemoStep.Call.of(tool, fields));
    }

    /** What stood in the line, or else the fenced block below it. */
    private String orBlock(String inLine) {
        if (!inLine.isBlank()
                || next >= lines.size()
                || !lines.get(next).strip().startsWith(FENCE)) {
            return inLine;
        }
        next++;
        StringBuilder block = new StringBuilder();
        while (next < lines.size() && !lines.get(next).strip().equals(FENCE)) {
            block.append(lines.get(next++)).append('\n');
        }
        next++;
        return block.toString();
    }

    private static String path(String given) {
        String path = unquoted(given);
        if (path.equals(".") || path.equals("./")) {
            return "/workspace";
        }
        return path.startsWith("/") ? path : "/workspace/" + path.replaceFirst("^\\./", "");
    }

    private static String unquoted(String given) {
        return given.replace("\"", "");
    }

    private static void append(StringBuilder to, String text) {
        to.append(to.isEmpty() ? "" : "\n").append(text);
    }
}
