package dev.holdpoint.tool;

import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A whole text file in memory; writing the text back in UTF-8 gives exactly the bytes it was read from. */
record TextFile(String path, String text) {

    /** Empty if the file isn't UTF-8, or has a NUL. */
    static Optional<TextFile> read(SandboxFiles files, String path, int maxBytes) throws IOException {
        try (InputStream in = files.read(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new FileProblem(
                        FileProblem.Kind.TOO_LARGE, path + " is larger than " + Words.number(maxBytes) + " bytes");
            }
            return Text.strict(bytes).filter(text -> text.indexOf(0) < 0).map(text -> new TextFile(path, text));
        }
    }

    /** The file of a call that is yet to be decided; empty if there is none that can be compared. */
    static Optional<TextFile> peek(Arguments arguments, ToolContext context, int maxBytes) {
        try {
            return read(context.sandbox().files(), arguments.path("file_path"), maxBytes);
        } catch (IOException e) {
            // Without a diff the person still sees all arguments, and the call itself will tell what is wrong.
            return Optional.empty();
        }
    }
}
