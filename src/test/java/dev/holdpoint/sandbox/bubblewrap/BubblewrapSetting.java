package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import dev.holdpoint.sandbox.SandboxSettings.Network;
import java.nio.file.Path;

final class BubblewrapSetting {

    private BubblewrapSetting() {}

    static SandboxSettings of(Path root, Path shared) {
        return new SandboxSettings(
                Backend.BUBBLEWRAP,
                "test",
                "owner",
                root,
                shared,
                null,
                SandboxSettings.DEFAULT_IMAGE,
                Network.NONE,
                SandboxSettings.DEFAULT_UID,
                Limits.DEFAULT,
                SandboxSettings.DEFAULT_MAX_COPY_BYTES);
    }
}
