package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which workspaces this installation made: an empty file for each, beside the workspaces and out of every sandbox's
 * sight. A folder says nothing of whose it is, and a root may hold those of other installations, or anything else: what
 * isn't noted here is never taken for left behind.
 */
final class Made {

    private static final String NAME = ".made";

    private final Path notes;

    private Made(Path notes) {
        this.notes = notes;
    }

    static Made open(Path root, String installation) throws IOException {
        Path all = root.resolve(NAME);
        Staging.make(all);
        Path notes = all.resolve(installation);
        Staging.make(notes);
        return new Made(notes);
    }

    /** To be called before the workspace is there, so that none is ever there without it. */
    void add(ThreadId thread) throws IOException {
        try {
            Files.createFile(note(thread));
        } catch (FileAlreadyExistsException e) {
            return; // made by another process at the same time, or before
        }
    }

    void forget(ThreadId thread) throws IOException {
        Files.deleteIfExists(note(thread));
    }

    boolean has(ThreadId thread) {
        return Files.exists(note(thread));
    }

    /** Those that were made at least so long ago. */
    List<ThreadId> olderThan(Duration age) throws IOException {
        Instant until = Instant.now().minus(age);
        List<ThreadId> found = new ArrayList<>();
        try (var all = Files.newDirectoryStream(notes)) {
            for (Path note : all) {
                String name = note.getFileName().toString();
                if (ThreadId.isLegal(name) && isOlder(note, until)) {
                    found.add(new ThreadId(name));
                }
            }
        }
        return found;
    }

    private static boolean isOlder(Path note, Instant until) throws IOException {
        try {
            return !Files.getLastModifiedTime(note).toInstant().isAfter(until);
        } catch (NoSuchFileException e) {
            return false; // removed at this moment
        }
    }

    private Path note(ThreadId thread) {
        return notes.resolve(thread.value());
    }
}
