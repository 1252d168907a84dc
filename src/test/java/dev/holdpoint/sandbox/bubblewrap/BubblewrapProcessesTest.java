package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxProcessesContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class BubblewrapProcessesTest extends SandboxProcessesContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return BubblewrapSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }
}
