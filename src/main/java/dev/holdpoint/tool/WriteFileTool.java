package dev.holdpoint.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Creates or replaces a file. */
final class WriteFileTool extends FileTool {

    private final ToolSettings settings;

    WriteFileTool(ToolSettings settings) {
        super(Schemas.spec("write_file", """
                        Creates a file with this content, or replaces the whole file if it exists; folders on the way \
                        are made. Prefer edit_file to change parts of a file. Only /workspace can be written.""", "file_path content", """
                        {"file_path": {"type": "string", "description": "Absolute path, such as /workspace/x."},
                         "content": {"type": "string", "description": "The whole content, exactly as it should be."}}"""), false);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException {
        String path = arguments.path("file_path");
        byte[] bytes = arguments.text("content").getBytes(StandardCharsets.UTF_8);
        boolean isNew = context.sandbox().files().write(path, new ByteArrayInputStream(bytes), settings.maxFileBytes());
        return ToolResult.ok(
                (isNew ? "Created " : "Replaced ") + path + " (" + Words.count(bytes.length, "byte") + ")");
    }

    @Override
    public String describe(ObjectNode arguments) {
        Arguments given = new Arguments(arguments);
        return PathName.of(given.text("file_path")) + "\n" + given.text("content");
    }

    @Override
    public Optional<String> diff(ObjectNode arguments, ToolContext context) {
        Arguments given = new Arguments(arguments);
        return TextFile.peek(given, context, settings.maxFileBytes())
                .flatMap(file -> FileDiff.of(file.path(), file.text(), given.text("content")));
    }
}
