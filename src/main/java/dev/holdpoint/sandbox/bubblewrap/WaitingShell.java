package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.ExecOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox that was started and waits for its command. It reads it from a file, which is complete when a line on
 * standard input says so: a service that dies in between leaves no part of a command that would run.
 *
 * @param status what bwrap says
 * @param command the file for the command; empty until then
 * @param place what is mounted in it
 */
record WaitingShell(Process process, Path status, Path command, Place place) implements AutoCloseable {

    private static final byte[] GO = {'\n'};
    /** Keeps the shell from dropping newlines at the command's end. */
    private static final String END = "x";

    /** Tells the folders of a thread from others that got their names later. */
    record Place(Object workspace, @Nullable Object shared) {}

    /** Reads the command, then runs it with nothing to read and nothing of ours left open. */
    static final String SCRIPT = "holdpoint_command=$(read -r holdpoint_go && exec cat <&7); exec </dev/null 7<&-;"
            + " [ -n \"$holdpoint_command\" ] || exit 1; eval \"${holdpoint_command%" + END + "}\"";

    boolean isAlive() {
        return process.isAlive();
    }

    /** @throws IOException if nothing of the command runs or ever will */
    BubblewrapRun give(String text, ExecOutput output) throws IOException {
        Files.write(command, (text + END).getBytes(StandardCharsets.UTF_8));
        try (OutputStream go = process.getOutputStream()) {
            go.write(GO);
        }
        return new BubblewrapRun(this, output);
    }

    /** Ends what never took a command. */
    void discard() {
        try (BubblewrapRun run = new BubblewrapRun(this, (stream, bytes) -> {})) {
            run.end();
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(status);
            Files.deleteIfExists(command);
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete from the temporary folder", e);
        }
    }
}
