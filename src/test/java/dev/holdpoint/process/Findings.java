package dev.holdpoint.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is wrong, and what happened: both are printed at once and kept in a file beside the logs. */
final class Findings {

    private final Path folder;
    private final List<String> found = new CopyOnWriteArrayList<>();

    Findings(Path folder) {
        this.folder = folder;
    }

    void tell(String what) {
        String line = Instant.now() + " " + what + "\n";
        System.out.print(line);
        try {
            Files.writeString(folder.resolve("steps.log"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(String thread, String what, Object evidence) {
        String finding = thread + ": " + what + ": " + evidence;
        found.add(finding);
        tell("WRONG " + finding);
    }

    /** Adds it unless the condition holds. */
    void require(boolean holds, String thread, String what, Object evidence) {
        if (!holds) {
            add(thread, what, evidence);
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
