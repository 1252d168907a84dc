package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.SandboxProcessesContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class DockerProcessesTest extends SandboxProcessesContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }
}
