package dev.holdpoint.sandbox;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Adds up what lies in a workspace. By the program find, as Java can't tell allocated blocks: it goes from folder to
 * folder by what it holds open and follows no link, so it doesn't matter what a sandbox makes of them meanwhile.
 */
final class UsageCount {

    /** Kind, blocks of 512 bytes, and names; one line for each file. */
    private static final String[] FIND = {"find", ".", "-xdev", "-mindepth", "1", "-printf", "%y %b %n\\n"};

    private static final int BLOCK = 512;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Whether the program is there. */
    static boolean isPossible() {
        return Stream.of("/usr/local/bin", "/usr/bin", "/bin").anyMatch(d -> Files.isExecutable(Path.of(d, "find")));
    }

    private UsageCount() {}

    /**
     * Counts, in bounded memory.
     *
     * @param folder a path that no sandbox can change
     * @param enough stops counting when true of what is counted so far
     * @throws IOException if it can't be counted, as there is no such folder or no GNU find
     */
    static Usage of(Path folder, Predicate<Usage> enough) throws IOException {
        Process find = new ProcessBuilder(FIND)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = find.inputReader(StandardCharsets.ISO_8859_1)) {
            return sum(lines, enough, System.nanoTime() + DEADLINE.toNanos());
        } finally {
            find.destroyForcibly();
        }
    }

    private static Usage sum(BufferedReader lines, Predicate<Usage> enough, long deadline) throws IOException {
        long bytes = 0;
        long files = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            bytes += bytes(line);
            files++;
            if (files % 1024 == 0 && (System.nanoTime() - deadline > 0 || enough.test(new Usage(bytes, files)))) {
                break;
            }
        }
        return new Usage(bytes, files);
    }

    /** All names of a file lie in one workspace, so each has its share. A folder's names are those of the folders in it. */
    private static long bytes(String line) throws IOException {
        String[] parts = line.split(" ", 3);
        try {
            long bytes = Long.parseLong(parts[1]) * BLOCK;
            return parts[0].equals("d") ? bytes : bytes / Math.max(1, Long.parseLong(parts[2]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("find printed something else than was asked for", e);
        }
    }
}
