package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Makes containers that are confined as the settings say, or none. */
record ContainerMaker(DockerEngine engine, ContainerSpec spec, SandboxNetwork network) {

    /** Makes a container, and starts it. */
    DockerContainer make(String name, Path workspace) throws SandboxUnavailable, EngineDown, InterruptedException {
        SandboxNetwork.Attachment attached = network.attach();
        String id = engine.createContainer(() ->
                spec.create(engine.client(), name, workspace, attached).exec().getId());
        engine.start(id);
        String startedAt = engine.state(id, DockerEngine.USUAL)
                .map(ContainerState::getStartedAt)
                .orElseThrow(() -> new SandboxUnavailable("the sandbox's container is gone as soon as it started"));
        return new DockerContainer(id, startedAt, true, new AtomicLong(), spec.shells(engine, id));
    }
}
