package dev.holdpoint.app;

import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names this installation, so that on a shared engine it never touches what belongs to another. */
final class Installation {

    private Installation() {}

    /** The settings of the sandboxes, with the name that is kept in the data folder, for this life of this process. */
    static SandboxSettings name(Settings settings) throws IOException {
        SandboxSettings unnamed = settings.sandbox();
        if (unnamed.sharedDir() != null) {
            Files.createDirectories(unnamed.sharedDir());
        }
        return unnamed.named(kept(settings.dataDir()), UUID.randomUUID().toString());
    }

    /** Of processes that start together on one folder, one gives the name. */
    private static String kept(Path dataDir) throws IOException {
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
}
