package dev.holdpoint.sandbox.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls to an engine that the documentation says are made. */
final class AllowedCalls {

    private static final String HEADING = "## What is asked of the engine";
    private static final Pattern ROW = Pattern.compile("\\| (GET|HEAD|POST|PUT|DELETE) \\| `(/[^` ]+)` \\|.*");

    private final List<Call> calls;

    private AllowedCalls(List<Call> calls) {
        this.calls = calls;
    }

    private record Call(String method, Pattern path) {}

    /** Reads the table below the heading: {@code {x}} is one part of a path, {@code {x…}} one or more. */
    static AllowedCalls documented() throws IOException {
        String text = Files.readString(Path.of("docs", "sandbox.md"));
        String section =
                text.substring(text.indexOf(HEADING) + HEADING.length()).split("\n## ", 2)[0];
        return new AllowedCalls(section.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new Call(row.group(1), pattern(row.group(2))))
                .toList());
    }

    private static Pattern pattern(String path) {
        String many = path.replaceAll("\\{[a-z]+…}", ".+");
        return Pattern.compile(many.replaceAll("\\{[a-z]+}", "[^/]+"));
    }

    boolean contains(String method, String path) {
        return calls.stream()
                .anyMatch(call -> call.method().equals(method)
                        && call.path().matcher(path).matches());
    }
}
