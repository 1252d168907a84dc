package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import dev.holdpoint.sandbox.SandboxSettings.Network;
import java.nio.file.Path;

/** The image is what deploy/engine makes, unless the environment says otherwise. */
final class DockerSetting {

    private DockerSetting() {}

    static SandboxSettings of(Path root, Path shared) {
        return of(root, shared, System.getenv().getOrDefault("DOCKER_IMAGE", "holdpoint-test:latest"));
    }

    static SandboxSettings of(Path root, Path shared, String image) {
        return new SandboxSettings(
                Backend.DOCKER,
                "test-" + ProcessHandle.current().pid(),
                "owner",
                root,
                shared,
                null,
                image,
                Network.NONE,
                SandboxSettings.DEFAULT_UID,
                Limits.DEFAULT,
                SandboxSettings.DEFAULT_MAX_COPY_BYTES);
    }
}
