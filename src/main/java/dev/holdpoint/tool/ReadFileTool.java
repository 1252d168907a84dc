package dev.holdpoint.tool;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Shows a page of a text file with numbered lines. */
final class ReadFileTool extends FileTool {

    private static final int SNIFFED_BYTES = 8 * 1024;

    private final ToolSettings settings;

    ReadFileTool(ToolSettings settings) {
        super(Schemas.spec("read_file", """
                        Reads a text file, with a number before each line that is not part of it. Shows 100 lines \
                        unless told otherwise; page through longer files with offset and limit. Parts of a line that \
                        is too long for one row are numbered 5.1, 5.2 and so on. Read a file before you edit it.""", "file_path", """
                        {"file_path": {"type": "string", "description": "Absolute path, such as /workspace/x."},
                         "offset": {"type": "integer", "minimum": 0, "maximum": 2000000000, "default": 0,
                                    "description": "How many lines to skip."},
                         "limit": {"type": "integer", "minimum": 1, "maximum": 2000000000, "default": 100,
                                   "description": "How many lines to show."}}"""), true);
        this.settings = settings;
    }

    @Override
    ToolResult run(Arguments arguments, ToolContext context) throws IOException, InterruptedException {
        String path = arguments.path("file_path");
        try (InputStream in = new BufferedInputStream(context.sandbox().files().read(path), SNIFFED_BYTES)) {
            in.mark(SNIFFED_BYTES);
            byte[] start = in.readNBytes(SNIFFED_BYTES);
            in.reset();
            if (start.length == 0) {
                return ToolResult.ok("[" + path + " exists and is empty]");
            }
            if (Text.looksBinary(start)) {
                return ToolResult.error("Error: " + path + " is not a text file. Look into it with a command, such as "
                        + "file, xxd or strings, or with a program that knows its format.");
            }
            BoundedInput bounded = new BoundedInput(in, settings.scanCapBytes());
            Page page = new Page(arguments.integer("offset", 0), arguments.integer("limit", 100), pageChars());
            return page.read(bounded);
        }
    }

    /** A page leaves room for what is said about it, so that it never goes to a file itself. */
    private int pageChars() {
        return settings.resultCapChars() - settings.resultCapChars() / 8;
    }
}
