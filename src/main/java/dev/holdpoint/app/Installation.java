package dev.holdpoint.app;

import dev.holdpoint.journal.Replicas;
import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names this installation, so that on a shared engine it never touches what belongs to another. */
final class Installation {

    private Installation() {}

    /** The name of the data folder, made when it is first used. Of processes that start together, one gives the name. */
    static String dataFolder(Settings settings) throws IOException {
        Path dataDir = settings.dataDir();
        Path file = dataDir.resolve("installation");
        if (!Files.exists(file)) {
            Files.createDirectories(dataDir);
            Path fresh = Files.createTempFile(dataDir, "installation", ".new");
            try {
                Files.writeString(fresh, UUID.randomUUID().toString());
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException e) {
                return Files.readString(file).strip();
            } finally {
                Files.delete(fresh);
            }
        }
        return Files.readString(file).strip();
    }

    /** The settings of the sandboxes, with the name that all processes on one store share, and this one's own. */
    static SandboxSettings name(Settings settings, Replicas replicas) throws IOException {
        SandboxSettings unnamed = settings.sandbox();
        if (unnamed.sharedDir() != null) {
            Files.createDirectories(unnamed.sharedDir());
        }
        return unnamed.named(replicas.store(), replicas.id());
    }
}
