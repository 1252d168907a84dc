package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.sandbox.SandboxFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Replaces text in a file and keeps every other byte. */
final class EditFileTool extends FileTool {

    private final ToolSettings settings;

    EditFileTool(ToolSettings settings) {
        super(Schemas.spec("edit_file", """
                        Replaces old_string by new_string in a file. old_string must be exactly as in the file, with \
                        its indentation and without line numbers, and must be found once, so give enough lines around \
                        the change; or set replace_all to change every place. Read the file first. Use write_file to \
                        make a file.""", "file_path old_string new_string", """
                        {"file_path": {"type": "string", "description": "Absolute path, such as /workspace/x."},
                         "old_string": {"type": "string", "minLength": 1, "description": "The text to replace."},
                         "new_string": {"type": "string", "description": "What takes its place; may be empty."},
                         "replace_all": {"type": "boolean", "default": false,
                                         "description": "Replace every occurrence."}}"""), false);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException {
        String path = arguments.path("file_path");
        SandboxFiles files = context.sandbox().files();
        Optional<TextFile> file = TextFile.read(files, path, settings.maxFileBytes());
        if (file.isEmpty()) {
            return ToolResult.error("Error: " + path + " is not a UTF-8 text file, and editing it would damage it. "
                    + "Use a command instead.");
        }
        return switch (edit(arguments, file.get().text())) {
            case Replacement.Refused refused -> ToolResult.error("Error: " + refused.reason());
            case Replacement.Done done -> {
                byte[] bytes = done.text().getBytes(StandardCharsets.UTF_8);
                files.write(path, new ByteArrayInputStream(bytes), settings.maxFileBytes());
                yield ToolResult.ok("Replaced " + Words.count(done.count(), "occurrence") + " in " + path);
            }
        };
    }

    @Override
    public String describe(ObjectNode arguments) {
        Arguments given = new Arguments(arguments);
        return PathName.of(given.text("file_path")) + (given.flag("replace_all") ? " (every occurrence)" : "")
                + "\n--- old\n" + given.text("old_string") + "\n--- new\n" + given.text("new_string");
    }

    @Override
    public Optional<String> diff(ObjectNode arguments, ToolContext context) {
        Arguments given = new Arguments(arguments);
        return TextFile.peek(given, context, settings.maxFileBytes())
                .flatMap(file -> switch (edit(given, file.text())) {
                    case Replacement.Refused refused -> Optional.<String>empty();
                    case Replacement.Done done -> FileDiff.of(file.path(), file.text(), done.text());
                });
    }

    private Replacement edit(Arguments given, String text) {
        return Replacement.of(
                text,
                given.text("old_string"),
                given.text("new_string"),
                given.flag("replace_all"),
                settings.maxFileBytes());
    }
}
