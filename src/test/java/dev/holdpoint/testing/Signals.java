package dev.holdpoint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What an administrator sends to processes. */
public final class Signals {

    private Signals() {}

    /** From here on they get no time, as in a machine that sleeps; their connections stay open. */
    public static void stop(List<ProcessHandle> processes) {
        send("STOP", processes);
    }

    public static void go(List<ProcessHandle> processes) {
        send("CONT", processes);
    }

    private static void send(String name, List<ProcessHandle> processes) {
        List<String> line = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(p -> line.add(Long.toString(p.pid())));
        try {
            new ProcessBuilder(line).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
