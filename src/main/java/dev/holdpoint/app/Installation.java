package dev.holdpoint.app;

import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names this installation, so that on a shared engine it never touches what belongs to another. */
final class Installation {

    private Installation() {}

    /** The settings of the sandboxes, with the name that is kept in the data folder. */
    static SandboxSettings name(Settings settings) throws IOException {
        Path file = settings.dataDir().resolve("installation");
        if (!Files.exists(file)) {
            Files.createDirectories(settings.dataDir());
            Files.writeString(file, UUID.randomUUID().toString());
        }
        SandboxSettings s = settings.sandbox();
        if (s.sharedDir() != null) {
            Files.createDirectories(s.sharedDir());
        }
        return new SandboxSettings(
                s.backend(),
                Files.readString(file).strip(),
                UUID.randomUUID().toString(),
                s.workspaceRoot(),
                s.sharedDir(),
                s.dockerHost(),
                s.image(),
                s.network(),
                s.uid(),
                s.limits());
    }
}
