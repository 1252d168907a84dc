package dev.holdpoint.tool;

import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxFiles.Listing;
import java.io.IOException;
import java.util.stream.Collectors;

/** Lists one folder. */
final class LsTool extends FileTool {

    private final ToolSettings settings;

    LsTool(ToolSettings settings) {
        super(Schemas.spec("ls", """
                        Lists the entries of one folder, a path on each line; folders end in a slash. The path is \
                        absolute: /workspace is yours to work in, /shared can only be read. Use glob to look deeper.""", "path", """
                        {"path": {"type": "string", "description": "Absolute path of a folder, such as /workspace."}}"""), true);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException {
        String path = arguments.path("path");
        if (path.equals("/")) {
            return ToolResult.ok("/workspace/\n/shared/");
        }
        Listing listing = context.sandbox().files().list(path, false, settings.maxHits());
        if (listing.entries().isEmpty()) {
            return ToolResult.ok("No files found");
        }
        String lines = listing.entries().stream().map(LsTool::line).collect(Collectors.joining("\n"));
        return ToolResult.ok(
                listing.truncated()
                        ? lines + "\n[only the first " + Words.number(settings.maxHits())
                                + " entries: narrow it with glob.]"
                        : lines);
    }

    private static String line(FileEntry entry) {
        String path = Words.onOneLine(entry.path());
        return switch (entry.type()) {
            case FILE -> path;
            case DIR -> path + "/";
            case SYMLINK -> path + " (symbolic link)";
            case OTHER -> path + " (not a regular file)";
        };
    }
}
