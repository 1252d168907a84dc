package dev.holdpoint.sandbox.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine has left, as the kernel sees it: free, or held by caches that it can drop. */
final class FreeMemory {

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";

    private FreeMemory() {}

    /** @return as much as there can be where the kernel doesn't tell */
    static long bytes() {
        try (var lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith(AVAILABLE))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kib -> Long.parseLong(kib) << 10)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
