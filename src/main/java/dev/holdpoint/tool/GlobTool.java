package dev.holdpoint.tool;

import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds files by the pattern of their path. */
final class GlobTool extends FileTool {

    private final ToolSettings settings;

    GlobTool(ToolSettings settings) {
        super(Schemas.spec("glob", """
                        Finds files by their path, such as **/*.py for Python files at any depth or src/*.{c,h} for \
                        those right in src. * stays within one folder, ** goes through any number of them. The pattern \
                        is relative to path; the default path / searches /workspace and /shared. Answers absolute \
                        paths, sorted.""", "pattern", """
                        {"pattern": {"type": "string", "minLength": 1, "description": "Such as **/*.py."},
                         "path": {"type": "string", "default": "/",
                                  "description": "Absolute path of the folder to search."}}"""), true);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException, InterruptedException {
        String path = arguments.path("path", "/");
        String pattern = arguments.text("pattern");
        if (pattern.length() > 1_000) {
            return ToolResult.error("Error: the pattern is longer than 1,000 characters.");
        }
        Glob glob;
        try {
            glob = new Glob(pattern);
        } catch (IllegalArgumentException e) {
            return ToolResult.error("Error: " + e.getMessage() + ".");
        }
        FileSearch search = FileSearch.below(context.sandbox().files(), path, pattern, settings.maxEntries());
        Deadline deadline = new Deadline(settings.scanTimeout());
        List<String> found = new ArrayList<>();
        for (FileEntry file : search.files()) {
            if (found.size() > settings.maxHits()) {
                break;
            }
            if (deadline.passed()) {
                return ToolResult.ok(
                        lines(found) + "\n[stopped early: " + deadline.words() + ". Simplify the pattern]");
            }
            if (FileSearch.matches(glob, pattern, path, file.path())) {
                found.add(file.path());
            }
        }
        return ToolResult.ok(text(found, search.truncated()));
    }

    private String text(List<String> found, boolean truncated) {
        String lines = lines(found);
        if (found.size() > settings.maxHits()) {
            return lines + "\n[only the first " + Words.number(settings.maxHits())
                    + ": narrow the pattern or the path]";
        }
        return truncated ? lines + "\n[there are too many files to look at all of them: narrow the path]" : lines;
    }

    private String lines(List<String> found) {
        return found.isEmpty()
                ? "No files found"
                : found.stream().limit(settings.maxHits()).map(Words::onOneLine).collect(Collectors.joining("\n"));
    }
}
