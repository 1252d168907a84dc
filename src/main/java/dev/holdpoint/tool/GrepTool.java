package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds text in files. */
final class GrepTool extends FileTool {

    private final ToolSettings settings;

    GrepTool(ToolSettings settings) {
        super(Schemas.spec("grep", """
                        Finds literal text (no regular expression) in text files. path is an absolute path of a file \
                        or folder; without one, /workspace and /shared are searched. glob keeps to files that match, \
                        such as *.py. output_mode files_with_matches answers paths, content answers path:line:text, \
                        count answers path:lines.""", "pattern", """
                        {"pattern": {"type": "string", "minLength": 1, "description": "The text to find, in one line."},
                         "path": {"type": "string", "description": "Absolute path of a file or folder."},
                         "glob": {"type": "string", "minLength": 1, "description": "Such as *.py or src/**/*.c."},
                         "output_mode": {"type": "string", "enum": ["files_with_matches", "content", "count"],
                                         "default": "files_with_matches"}}"""), true);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException, InterruptedException {
        String pattern = arguments.text("pattern");
        String filter = arguments.text("glob", "");
        if (pattern.indexOf('\n') >= 0 || filter.length() > 1_000) {
            return ToolResult.error("Error: pattern must be text within one line, and glob at most 1,000 characters.");
        }
        @Nullable Glob glob;
        try {
            glob = filter.isEmpty() ? null : new Glob(filter);
        } catch (IllegalArgumentException e) {
            return ToolResult.error("Error: " + e.getMessage() + ".");
        }
        String path = arguments.path("path", "/");
        SandboxFiles files = context.sandbox().files();
        FileSearch search = candidates(files, path, filter);
        Grep grep =
                new Grep(files, pattern, Grep.Mode.of(arguments.text("output_mode", "files_with_matches")), settings);
        for (FileEntry file : search.files()) {
            if (!grep.inTime()) {
                break;
            }
            if (file.type() == FileEntry.Type.FILE && (glob == null || matches(glob, filter, path, file.path()))) {
                grep.search(file.path());
            }
        }
        return ToolResult.ok(grep.text(search.truncated()));
    }

    private FileSearch candidates(SandboxFiles files, String path, String filter) throws IOException {
        if (!path.equals("/")) {
            FileEntry entry = files.stat(path);
            if (entry.type() == FileEntry.Type.SYMLINK || entry.type() == FileEntry.Type.OTHER) {
                throw new FileProblem(FileProblem.Kind.NOT_A_FILE, path + " is not a regular file or folder");
            }
            if (entry.type() == FileEntry.Type.FILE) {
                return new FileSearch(List.of(entry), false);
            }
        }
        return FileSearch.below(files, path, filter, settings.maxEntries());
    }

    /** A filter without a slash is about names, at any depth. */
    private static boolean matches(Glob glob, String filter, String folder, String file) {
        if (filter.indexOf('/') < 0) {
            return glob.matches(file.substring(file.lastIndexOf('/') + 1));
        }
        return FileSearch.matches(glob, filter, folder, file);
    }
}
