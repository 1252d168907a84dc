package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.nio.file.Path;

final class BubblewrapSetting {

    private BubblewrapSetting() {}

    static SandboxSettings of(Path root, Path shared) {
        return SandboxSettings.of(Backend.BUBBLEWRAP, "test", "owner", root).with(b -> b.sharedDir = shared);
    }
}
