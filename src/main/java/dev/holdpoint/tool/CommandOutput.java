package dev.holdpoint.tool;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.SandboxFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a command prints: shown live as text, kept in bounds for the model, and whole in a file. Each stream is decoded
 * on its own, so that a character that comes in two pieces stays one when the other stream speaks in between.
 */
final class CommandOutput implements ExecOutput, AutoCloseable {

    private final Map<Delta.Stream, Utf8Stream> decoders = new EnumMap<>(Delta.Stream.class);
    private final BiConsumer<Delta.Stream, String> live;
    private final Spool spool;
    private final long liveCap;
    private long liveBytes;
    private boolean finished;

    CommandOutput(ToolSettings settings, BiConsumer<Delta.Stream, String> live) {
        this.live = live;
        this.spool = new Spool(settings.outputCapBytes(), settings.spoolCapBytes());
        this.liveCap = settings.spoolCapBytes();
    }

    @Override
    public synchronized void accept(Delta.Stream stream, byte[] bytes) {
        // A child that was left behind may still speak.
        if (finished) {
            return;
        }
        take(stream, decoders.computeIfAbsent(stream, s -> new Utf8Stream()).decode(bytes));
    }

    /** No more comes: what is left of a character that was never completed is shown as U+FFFD. */
    synchronized void finish() {
        decoders.forEach((stream, decoder) -> take(stream, decoder.finish()));
        finished = true;
    }

    /** Whether the model reads only a part. */
    synchronized boolean isLong() {
        return spool.isLong();
    }

    /** The output, or its start and its end with the path of the file that has it all; ends in a line feed. */
    synchronized String forModel(SandboxFiles files, String path) throws InterruptedException {
        if (spool.size() == 0) {
            return "[no output]\n";
        }
        if (!spool.isLong()) {
            return closed(spool.head());
        }
        return closed(spool.head()) + "[" + Words.count(spool.leftOut(), "byte") + " left out here. "
                + kept(files, path) + "]\n" + closed(spool.tail());
    }

    /** The output as it is, without its middle when it is long. */
    synchronized String shortened() {
        return spool.isLong()
                ? closed(spool.head()) + "[" + Words.number(spool.leftOut()) + " bytes are left out here]\n"
                        + spool.tail()
                : spool.head();
    }

    private String kept(SandboxFiles files, String path) throws InterruptedException {
        try (InputStream whole = spool.open()) {
            String where = StoredText.keep(files, path, whole, spool.kept());
            return spool.kept() < spool.size()
                    ? "The first " + Words.number(spool.kept()) + " of its " + Words.number(spool.size()) + " bytes: "
                            + where + "; the rest was not kept"
                    : "The whole output " + where;
        } catch (IOException e) {
            Problems.propagateInterrupt(e);
            return "The whole output could not be kept";
        }
    }

    @Override
    public synchronized void close() {
        finished = true;
        spool.close();
    }

    private void take(Delta.Stream stream, String text) {
        if (text.isEmpty()) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        show(stream, text, bytes.length);
        // The sandbox itself isn't the command.
        if (stream != Delta.Stream.INFO) {
            spool.add(bytes);
        }
    }

    private void show(Delta.Stream stream, String text, int bytes) {
        if (liveBytes > liveCap) {
            return;
        }
        liveBytes += bytes;
        live.accept(stream, text);
        if (liveBytes > liveCap) {
            live.accept(Delta.Stream.INFO, "\n[there is more output than is shown live]\n");
        }
    }

    private static String closed(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
