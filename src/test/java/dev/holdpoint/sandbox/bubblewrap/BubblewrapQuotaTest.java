package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxQuotaContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class BubblewrapQuotaTest extends SandboxQuotaContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return small(BubblewrapSetting.of(root, shared));
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }
}
