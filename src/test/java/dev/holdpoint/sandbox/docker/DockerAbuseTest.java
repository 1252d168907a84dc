package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.SandboxAbuseContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class DockerAbuseTest extends SandboxAbuseContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @Override
    protected boolean sharesProcessors() {
        return true;
    }
}
