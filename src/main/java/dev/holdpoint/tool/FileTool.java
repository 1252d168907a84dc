package dev.holdpoint.tool;

import dev.holdpoint.approval.ApprovedCall;
import dev.holdpoint.event.ToolSpec;
import java.io.IOException;

/** A tool that works on files: what goes wrong with them becomes a result. */
abstract class FileTool implements Tool {

    private final ToolSpec spec;
    private final boolean readOnly;

    FileTool(ToolSpec spec, boolean readOnly) {
        this.spec = spec;
        this.readOnly = readOnly;
    }

    abstract ToolResult run(Arguments arguments, ToolContext context) throws IOException, InterruptedException;

    @Override
    public final ToolResult call(ApprovedCall call, ToolContext context) throws InterruptedException {
        try {
            return run(new Arguments(call.arguments()), context);
        } catch (IOException e) {
            Problems.propagateInterrupt(e);
            return Problems.result(e);
        }
    }

    @Override
    public final ToolSpec spec() {
        return spec;
    }

    @Override
    public final boolean isReadOnly() {
        return readOnly;
    }
}
