package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxAbuseContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class BubblewrapAbuseTest extends SandboxAbuseContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return BubblewrapSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }

    @Override
    protected boolean sharesProcessors() {
        return ControlGroups.of(settings, workspaces.user().serviceIsRoot()).areThere();
    }
}
