package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUser;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a sandbox's container may do, which is as little as possible. */
final class ContainerSpec {

    static final String INSTALLATION = "dev.holdpoint.installation";
    static final String OWNER = "dev.holdpoint.owner";
    static final String THREAD = "dev.holdpoint.thread";
    /** Tells which command a process belongs to; the container's own processes have it too, with a name of their own. */
    static final String MARK = "HOLDPOINT_EXEC";

    private static final long NANOS_PER_CPU = 1_000_000_000L;
    private static final long SHARED_MEMORY_BYTES = 64L << 20;
    private static final int MAX_OPEN_FILES = 4096;

    private final SandboxSettings settings;
    private final Workspaces workspaces;

    ContainerSpec(SandboxSettings settings, Workspaces workspaces) {
        this.settings = settings;
        this.workspaces = workspaces;
    }

    String name(ThreadId thread) {
        return "holdpoint-" + settings.installation() + "-" + thread.value();
    }

    Map<String, String> ofInstallation() {
        return Map.of(INSTALLATION, settings.installation());
    }

    String user() {
        SandboxUser user = workspaces.user();
        return user.uid() + ":" + user.gid();
    }

    CreateContainerCmd create(DockerClient client, ThreadId thread) {
        return client.createContainerCmd(settings.image())
                .withName(name(thread))
                .withLabels(
                        Map.of(INSTALLATION, settings.installation(), OWNER, settings.owner(), THREAD, thread.value()))
                .withHostName("sandbox")
                .withUser(user())
                .withWorkingDir("/workspace")
                .withEnv(environment())
                .withEntrypoint("tail", "-f", "/dev/null")
                .withCmd(List.of())
                .withStdinOpen(false)
                .withTty(false)
                .withHostConfig(confined(workspaces.prepare(thread), workspaces.shared()));
    }

    private static List<String> environment() {
        return List.of("HOME=/home/sandbox", "USER=sandbox", "LANG=C.UTF-8", MARK + "=container");
    }

    private HostConfig confined(Path workspace, Optional<Path> shared) {
        SandboxSettings.Limits limits = settings.limits();
        return HostConfig.newHostConfig()
                .withBinds(binds(workspace, shared))
                .withTmpFs(temporary(shared.isPresent()))
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withInit(true)
                .withIpcMode("private")
                .withShmSize(SHARED_MEMORY_BYTES)
                .withNetworkMode(settings.network() == SandboxSettings.Network.NONE ? "none" : "bridge")
                .withPidsLimit((long) limits.processes())
                .withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryBytes())
                .withNanoCPUs((long) (limits.cpus() * NANOS_PER_CPU))
                .withUlimits(List.of(
                        new Ulimit("core", 0L, 0L), new Ulimit("nofile", (long) MAX_OPEN_FILES, (long) MAX_OPEN_FILES)))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withRestartPolicy(RestartPolicy.noRestart());
    }

    private static List<Bind> binds(Path workspace, Optional<Path> shared) {
        List<Bind> binds = new ArrayList<>();
        binds.add(new Bind(workspace.toString(), new Volume("/workspace"), AccessMode.rw));
        shared.ifPresent(s -> binds.add(new Bind(s.toString(), new Volume("/shared"), AccessMode.ro)));
        return binds;
    }

    private Map<String, String> temporary(boolean hasShared) {
        SandboxUser user = workspaces.user();
        String options = "rw,nosuid,nodev,size=" + settings.limits().tmpfsBytes();
        String home = options + ",mode=0700,uid=" + user.uid() + ",gid=" + user.gid();
        return hasShared
                ? Map.of("/tmp", options + ",mode=1777", "/home/sandbox", home)
                : Map.of("/tmp", options + ",mode=1777", "/home/sandbox", home, "/shared", "ro,size=4k,mode=0755");
    }
}
