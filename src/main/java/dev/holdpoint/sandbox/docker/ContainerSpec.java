package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.SandboxUser;
import dev.holdpoint.sandbox.Workspaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a sandbox's container may do, which is as little as possible. */
final class ContainerSpec {

    static final String INSTALLATION = "dev.holdpoint.installation";
    static final String OWNER = "dev.holdpoint.owner";
    /** Tells which command a process belongs to; the container's own processes have it too, with a name of their own. */
    static final String MARK = "HOLDPOINT_EXEC";

    private static final long NANOS_PER_CPU = 1_000_000_000L;
    private static final int NOBODY = 65_534;
    private static final long SHARED_MEMORY_BYTES = 64L << 20;
    private static final long BYTES_PER_NAME = 1024;

    private final SandboxSettings settings;
    private final Workspaces workspaces;

    ContainerSpec(SandboxSettings settings, Workspaces workspaces) {
        this.settings = settings;
        this.workspaces = workspaces;
    }

    /** Of the thread's container: the engine knows it by this alone, as a blank one's labels can't be changed any more. */
    String name(ThreadId thread) {
        return "holdpoint-" + settings.installation() + "-" + thread.value();
    }

    String blankName() {
        return "holdpoint-" + settings.installation() + "-blank-" + UUID.randomUUID();
    }

    Map<String, String> ofInstallation() {
        return Map.of(INSTALLATION, settings.installation());
    }

    Map<String, String> ofOwner() {
        return Map.of(INSTALLATION, settings.installation(), OWNER, settings.owner());
    }

    /** Whether a container of this thread's name is one of this installation's. */
    boolean isOurs(Map<String, String> labels) {
        return settings.installation().equals(labels.get(INSTALLATION));
    }

    /** Whether it is one that another process of a version with owners made. */
    boolean isAnothers(Map<String, String> labels) {
        String owner = labels.get(OWNER);
        return owner != null && !owner.equals(settings.owner());
    }

    Path workspace(ThreadId thread) throws SandboxUnavailable {
        return workspaces.folder(thread);
    }

    String user() {
        SandboxUser user = workspaces.user();
        return user.uid() + ":" + user.gid();
    }

    String image() {
        return settings.image();
    }

    Shells shells(DockerEngine engine, String container) {
        return new Shells(engine, container, user());
    }

    CreateContainerCmd create(DockerClient client, String name, Path workspace, SandboxNetwork.Attachment attached) {
        return client.createContainerCmd(settings.image())
                .withName(name)
                .withLabels(ofOwner())
                .withHostName("sandbox")
                .withUser(keeper())
                .withWorkingDir("/")
                .withEnv(environment(attached))
                .withEntrypoint("tail", "-f", "/dev/null")
                .withCmd(List.of())
                .withStdinOpen(false)
                .withTty(false)
                .withHostConfig(confined(workspace, workspaces.shared(), attached));
    }

    /** Whom the container's own processes run as, so that a command that kills all it can doesn't end its container. */
    private String keeper() {
        int keeper = workspaces.user().uid() == NOBODY ? NOBODY - 1 : NOBODY;
        return keeper + ":" + keeper;
    }

    private static List<String> environment(SandboxNetwork.Attachment attached) {
        List<String> all = new ArrayList<>(attached.environment());
        all.addAll(List.of("HOME=/home/sandbox", "USER=sandbox", "LANG=C.UTF-8", MARK + "=container"));
        return all;
    }

    private HostConfig confined(Path workspace, Optional<Path> shared, SandboxNetwork.Attachment attached) {
        SandboxSettings.Limits limits = settings.limits();
        return HostConfig.newHostConfig()
                .withMounts(mounts(workspace, shared))
                .withTmpFs(temporary(shared.isPresent()))
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withInit(true)
                .withIpcMode("private")
                .withShmSize(SHARED_MEMORY_BYTES)
                .withRuntime(settings.runtime())
                .withNetworkMode(attached.network())
                .withDns(attached.nameservers())
                .withPidsLimit((long) limits.processes())
                .withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryBytes())
                .withNanoCPUs((long) (limits.cpus() * NANOS_PER_CPU))
                .withUlimits(List.of(
                        limit("core", 0), limit("nofile", limits.openFiles()), limit("fsize", limits.workspaceBytes())))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withRestartPolicy(RestartPolicy.noRestart());
    }

    private static Ulimit limit(String name, long value) {
        return new Ulimit(name, value, value);
    }

    /** Not binds, for which the engine makes a folder that is missing. */
    private static List<Mount> mounts(Path workspace, Optional<Path> shared) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(mount(workspace, "/workspace").withReadOnly(false));
        shared.ifPresent(s -> mounts.add(mount(s, "/shared").withReadOnly(true)));
        return mounts;
    }

    private static Mount mount(Path source, String target) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(source.toString())
                .withTarget(target);
    }

    private Map<String, String> temporary(boolean hasShared) {
        SandboxUser user = workspaces.user();
        long size = settings.limits().tmpfsBytes();
        // Empty files take none of the size, but memory of the kernel.
        String options = "rw,nosuid,nodev,size=" + size + ",nr_inodes=" + size / BYTES_PER_NAME;
        String home = options + ",mode=0700,uid=" + user.uid() + ",gid=" + user.gid();
        return hasShared
                ? Map.of("/tmp", options + ",mode=1777", "/home/sandbox", home)
                : Map.of("/tmp", options + ",mode=1777", "/home/sandbox", home, "/shared", "ro,size=4k,mode=0755");
    }
}
