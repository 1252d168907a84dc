package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.SandboxConfinementContract;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;

class DockerConfinementTest extends SandboxConfinementContract {

    @Override
    protected SandboxSettings settings(Path root, Path shared) {
        return DockerSetting.of(root, shared);
    }

    @Override
    protected Sandboxes make(SandboxSettings settings, Workspaces workspaces) {
        return new DockerSandboxes(settings, workspaces);
    }

    @Override
    protected String documentedAs() {
        return "### Inside a Docker sandbox";
    }
}
