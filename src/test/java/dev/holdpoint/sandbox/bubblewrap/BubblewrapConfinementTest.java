package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxConfinementContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class BubblewrapConfinementTest extends SandboxConfinementContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return BubblewrapSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new BubblewrapSandboxes(settings, workspaces);
    }

    @Override
    protected String documentedAs() {
        return "### Inside a bubblewrap sandbox";
    }
}
