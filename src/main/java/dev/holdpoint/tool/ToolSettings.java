package dev.holdpoint.tool;

import java.time.Duration;

/**
 * The bounds of the tools. Everything that a model or a sandbox can make large is bounded by one of these.
 *
 * @param maxArgumentBytes a call whose arguments are longer (in UTF-8) is refused; default 1 MiB
 * @param outputCapBytes what the model reads of a command's output, in UTF-8 bytes, half from the start and half from
 *     the end; default 100 kB
 * @param resultCapChars a result longer than this goes to a file; default 80,000
 * @param execDefaultTimeout of a command for which the model names none; default 120 s
 * @param execMaxTimeout the longest that the model may ask for; default 3600 s
 * @param maxFileBytes the largest file that is written or edited; default 10 MiB
 * @param spoolCapBytes how much of a command's output is kept in a file, and shown live; default 50 MB
 * @param scanCapBytes how much one call of read_file or grep reads; default 256 MiB
 * @param scanTimeout how long one call of grep searches; default 20 s
 * @param maxEntries how many entries ls, glob and grep look at; default 100,000
 * @param maxHits how many lines ls, glob and grep answer; default 1,000
 */
public record ToolSettings(
        int maxArgumentBytes,
        int outputCapBytes,
        int resultCapChars,
        Duration execDefaultTimeout,
        Duration execMaxTimeout,
        int maxFileBytes,
        long spoolCapBytes,
        long scanCapBytes,
        Duration scanTimeout,
        int maxEntries,
        int maxHits) {

    private static final int MIB = 1024 * 1024;

    public ToolSettings {
        atLeast("maxArgumentBytes", maxArgumentBytes, 1024);
        atLeast("outputCapBytes", outputCapBytes, 1024);
        atLeast("resultCapChars", resultCapChars, 1024);
        atLeast("execDefaultTimeout in seconds", execDefaultTimeout.toSeconds(), 1);
        atLeast("execMaxTimeout in seconds", execMaxTimeout.toSeconds(), execDefaultTimeout.toSeconds());
        atLeast("maxFileBytes", maxFileBytes, 1024);
        atLeast("spoolCapBytes", spoolCapBytes, outputCapBytes);
        atLeast("scanCapBytes", scanCapBytes, maxFileBytes);
        atLeast("scanTimeout in milliseconds", scanTimeout.toMillis(), 1);
        atLeast("maxEntries", maxEntries, 1);
        atLeast("maxHits", maxHits, 1);
    }

    public static ToolSettings defaults() {
        return new ToolSettings(
                MIB,
                100_000,
                80_000,
                Duration.ofSeconds(120),
                Duration.ofSeconds(3600),
                10 * MIB,
                50_000_000L,
                256L * MIB,
                Duration.ofSeconds(20),
                100_000,
                1_000);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }
}
