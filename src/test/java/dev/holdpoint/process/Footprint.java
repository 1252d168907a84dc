package dev.holdpoint.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of a Java process after a collection of its garbage. */
record Footprint(long heapKiB, long residentKiB) {

    static Footprint of(long pid) throws IOException, InterruptedException {
        // What one collection finds to be dead may only be freed by the next.
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        long heap = number("used (\\d+)K", jcmd(pid, "GC.heap_info"));
        return new Footprint(
                heap, number("VmRSS:\\s+(\\d+) kB", Files.readString(Path.of("/proc/" + pid + "/status"))));
    }

    /** What each of so many things takes that came since then. */
    String since(Footprint before, int things) {
        return String.format(
                Locale.ROOT,
                "%.1f KiB of heap (%.1f KiB resident)",
                (heapKiB - before.heapKiB) / (double) things,
                (residentKiB - before.residentKiB) / (double) things);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static long number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(found.group(1));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.1f MiB of heap (%.1f MiB resident)", heapKiB / 1024.0, residentKiB / 1024.0);
    }
}
