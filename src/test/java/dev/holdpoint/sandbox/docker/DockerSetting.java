package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.nio.file.Path;
import java.time.Duration;

/** The image is what deploy/engine makes, unless the environment says otherwise. */
final class DockerSetting {

    private static final FleetSettings NOTHING_READY = fleet(0, Duration.ofMinutes(15));

    private DockerSetting() {}

    static FleetSettings fleet(int ready, Duration idle) {
        return new FleetSettings(ready, 100, 64, 1_000, Duration.ofSeconds(60), idle, 0);
    }

    static SandboxSettings of(Path root, Path shared) {
        return of(root, shared, System.getenv().getOrDefault("DOCKER_IMAGE", "holdpoint-test:latest"));
    }

    static SandboxSettings of(Path root, Path shared, String image) {
        return SandboxSettings.of(
                        Backend.DOCKER, "test-" + ProcessHandle.current().pid(), "owner", root)
                .with(b -> {
                    b.sharedDir = shared;
                    b.image = image;
                    b.fleet = NOTHING_READY;
                });
    }
}
