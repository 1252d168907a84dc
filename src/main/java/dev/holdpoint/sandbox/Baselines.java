package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What workspaces were when a turn began to change them: a folder for each thread, beside the workspaces and out of
 * every sandbox's sight, with one file for the turn that changed something last. Whichever process has the turn or is
 * asked finds it there.
 */
final class Baselines {

    private static final System.Logger LOG = System.getLogger(Baselines.class.getName());
    private static final String NAME = ".baselines";

    private final Path ours;
    private final ChangeLimits limits;

    private Baselines(Path ours, ChangeLimits limits) {
        this.ours = ours;
        this.limits = limits;
    }

    static Baselines open(Path root, String installation, ChangeLimits limits) throws IOException {
        Path all = root.resolve(NAME);
        Staging.make(all);
        Path ours = all.resolve(installation);
        Staging.make(ours);
        return new Baselines(ours, limits);
    }

    ChangeLimits limits() {
        return limits;
    }

    /**
     * Keeps what is in a workspace, in the place of what was kept of another turn.
     *
     * @param staging where it is written until it is complete
     * @param check called right before it counts; throws if it must not
     */
    void keep(ThreadId thread, String turn, Path staging, TreeWalk.Start start, Runnable check) throws IOException {
        if (limits.entries() == 0 || Files.exists(file(thread, turn))) {
            return;
        }
        Path fresh = staging.resolve(UUID.randomUUID().toString());
        try {
            BaselineWriter.write(fresh, start, limits);
            check.run();
            add(thread, turn, fresh);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Of two processes that take the same turn for theirs, the first one says how it began. */
    private void add(ThreadId thread, String turn, Path fresh) throws IOException {
        Path file = file(thread, turn);
        Staging.make(folder(thread));
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        deleteAllBut(thread, file);
    }

    private void deleteAllBut(ThreadId thread, Path kept) throws IOException {
        try (var all = Files.newDirectoryStream(folder(thread))) {
            for (Path file : all) {
                if (!file.equals(kept)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Empty if nothing is kept of this turn, or not in a form that this version reads. */
    Optional<Baseline> find(ThreadId thread, String turn) {
        try {
            return Optional.of(Baseline.open(file(thread, turn)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "what a workspace was before a turn can't be read", e);
            return Optional.empty();
        }
    }

    /**
     * The service itself moved this in the thread's workspace.
     *
     * @param moved by path
     */
    void moved(ThreadId thread, Map<String, Moved> moved) {
        try (var all = Files.newDirectoryStream(folder(thread))) {
            for (Path file : all) {
                Baseline.moved(file, moved);
            }
        } catch (NoSuchFileException e) {
            return; // nothing was kept
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "what was moved may be shown as changed", e);
        }
    }

    void forget(ThreadId thread) throws IOException {
        Path folder = folder(thread);
        try {
            deleteAllBut(thread, folder);
            Files.deleteIfExists(folder);
        } catch (NoSuchFileException e) {
            return; // nothing was kept
        }
    }

    private Path folder(ThreadId thread) {
        return ours.resolve(thread.value());
    }

    /** A client may have chosen the name of the turn: any text. */
    private Path file(ThreadId thread, String turn) {
        return folder(thread).resolve(Content.digest(turn.getBytes(StandardCharsets.UTF_8)));
    }
}
