package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.UUID;

/** Makes a folder where no sandbox can see it, and moves it into place: Java has no mkdir relative to an open folder. */
final class StagedFolder {

    private StagedFolder() {}

    /** Makes the last component of a path in its parent; whoever comes second finds it made. */
    static void make(Workspaces workspaces, OpenFolder parent, SandboxPath path) throws IOException {
        String name = UUID.randomUUID().toString();
        Path fresh = workspaces.staging().resolve(name);
        try (OpenFolder staging = OpenFolder.of(workspaces.staging())) {
            Files.createDirectory(fresh);
            workspaces.user().own(fresh);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            staging.moveTo(name, parent, path.name());
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            if (!somethingWasThere(e) && parent.look(path.name()) == null) {
                throw Problems.of(e, path);
            }
        }
    }

    /** It may be gone again by now; whoever opens the folder next finds out. */
    private static boolean somethingWasThere(IOException e) {
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return reason.contains("not empty") || reason.contains("not a directory") || reason.contains("file exists");
    }
}
