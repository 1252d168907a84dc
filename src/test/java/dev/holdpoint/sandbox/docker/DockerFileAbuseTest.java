package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.SandboxFileAbuseContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class DockerFileAbuseTest extends SandboxFileAbuseContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared).with(b -> b.limits = SMALL);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }
}
