package dev.holdpoint.app;

import dev.holdpoint.journal.Replicas;
import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names this installation, so that on a shared engine it never touches what belongs to another. */
final class Installation {

    private Installation() {}

    /** The name of the data folder, made when it is first used: it outlives this process. */
    static String dataFolder(Settings settings) throws IOException {
        Path file = settings.dataDir().resolve("installation");
        if (!Files.exists(file)) {
            Files.createDirectories(settings.dataDir());
            Files.writeString(file, UUID.randomUUID().toString());
        }
        return Files.readString(file).strip();
    }

    /** The settings of the sandboxes, with the name that all processes on one store share. */
    static SandboxSettings name(Settings settings, Replicas replicas) throws IOException {
        SandboxSettings s = settings.sandbox();
        if (s.sharedDir() != null) {
            Files.createDirectories(s.sharedDir());
        }
        return new SandboxSettings(
                s.backend(),
                replicas.store(),
                replicas.id(),
                s.workspaceRoot(),
                s.sharedDir(),
                s.dockerHost(),
                s.image(),
                s.network(),
                s.uid(),
                s.limits());
    }
}
