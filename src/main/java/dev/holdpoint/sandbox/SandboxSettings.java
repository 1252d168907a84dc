package dev.holdpoint.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How sandboxes are made.
 *
 * @param backend which one; {@link Backend#AUTO} by default
 * @param installation tells this installation's containers from another's on the same engine; 1 to 64 of A-Z a-z 0-9 _ -
 * @param owner tells what this life of this process made from what others made; same characters as the installation
 * @param workspaceRoot holds one folder per thread; absolute. A Docker engine must see it under the same path
 * @param sharedDir what all threads can read as /shared; none by default
 * @param dockerHost {@code unix:///…} or {@code tcp://…}; by default what DOCKER_HOST says, or the local socket
 * @param dockerCerts holds ca.pem, cert.pem and key.pem for an engine behind {@code tcp://}; no TLS by default
 * @param image the container image; {@code python:3.13-slim} by default
 * @param runtime the engine's runtime for containers, never replaced by another; by default the engine's own default
 * @param network what a sandbox can reach; nothing by default. Only Docker can do more
 * @param uid user and group of commands when the service runs as root, else they run as the service's own; 1000 by default
 * @param limits what one sandbox may use
 * @param fleet how many there may be, kept ready and kept running
 * @param maxCopyBytes the largest workspace that is copied, by the sizes of its files; 2 GiB by default
 * @param changes what is kept to tell what a turn changes
 */
public record SandboxSettings(
        Backend backend,
        String installation,
        String owner,
        Path workspaceRoot,
        @Nullable Path sharedDir,
        @Nullable URI dockerHost,
        @Nullable Path dockerCerts,
        String image,
        @Nullable String runtime,
        NetworkSettings network,
        int uid,
        Limits limits,
        FleetSettings fleet,
        long maxCopyBytes,
        ChangeLimits changes) {

    public static final long DEFAULT_MAX_COPY_BYTES = 2L << 30;
    public static final String DEFAULT_IMAGE = "python:3.13-slim";
    public static final int DEFAULT_UID = 1000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern RUNTIME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public SandboxSettings {
        require(NAME.matcher(installation).matches(), "installation has 1 to 64 characters of A-Z a-z 0-9 _ -");
        require(NAME.matcher(owner).matches(), "owner has 1 to 64 characters of A-Z a-z 0-9 _ -");
        require(workspaceRoot.isAbsolute(), "the workspace root is an absolute path");
        require(sharedDir == null || sharedDir.isAbsolute(), "the shared folder is an absolute path");
        require(!image.isBlank(), "the image has a name");
        require(runtime == null || RUNTIME.matcher(runtime).matches(), "the runtime is a name, such as runc or runsc");
        require(uid > 0 && uid < 65_534, "uid is 1 to 65533: commands never run as root");
        require(maxCopyBytes > 0, "a copy is of at least one byte");
        require(
                dockerHost == null || "unix".equals(dockerHost.getScheme()) || "tcp".equals(dockerHost.getScheme()),
                "the Docker host is unix:// or tcp://");
    }

    /** All defaults. */
    public static SandboxSettings of(Backend backend, String installation, String owner, Path workspaceRoot) {
        return new Builder(backend, installation, owner, workspaceRoot).build();
    }

    /** The same for one life of one process of an installation. */
    public SandboxSettings named(String of, String by) {
        return with(b -> {
            b.installation = of;
            b.owner = by;
        });
    }

    /** The same but for what is changed. */
    public SandboxSettings with(Consumer<Builder> change) {
        Builder builder = new Builder(backend, installation, owner, workspaceRoot);
        builder.sharedDir = sharedDir;
        builder.dockerHost = dockerHost;
        builder.dockerCerts = dockerCerts;
        builder.image = image;
        builder.runtime = runtime;
        builder.network = network;
        builder.uid = uid;
        builder.limits = limits;
        builder.fleet = fleet;
        builder.maxCopyBytes = maxCopyBytes;
        builder.changes = changes;
        change.accept(builder);
        return builder.build();
    }

    /** What is to be changed; see the record for the meaning of each. */
    public static final class Builder {
        public Backend backend;
        public String installation;
        public String owner;
        public Path workspaceRoot;
        public @Nullable Path sharedDir;
        public @Nullable URI dockerHost;
        public @Nullable Path dockerCerts;
        public String image = DEFAULT_IMAGE;
        public @Nullable String runtime;
        public NetworkSettings network = NetworkSettings.NONE;
        public int uid = DEFAULT_UID;
        public Limits limits = Limits.DEFAULT;
        public FleetSettings fleet = FleetSettings.DEFAULT;
        public long maxCopyBytes = DEFAULT_MAX_COPY_BYTES;
        public ChangeLimits changes = ChangeLimits.DEFAULT;

        private Builder(Backend backend, String installation, String owner, Path workspaceRoot) {
            this.backend = backend;
            this.installation = installation;
            this.owner = owner;
            this.workspaceRoot = workspaceRoot;
        }

        private SandboxSettings build() {
            return new SandboxSettings(
                    backend,
                    installation,
                    owner,
                    workspaceRoot,
                    sharedDir,
                    dockerHost,
                    dockerCerts,
                    image,
                    runtime,
                    network,
                    uid,
                    limits,
                    fleet,
                    maxCopyBytes,
                    changes);
        }
    }

    public Optional<Path> shared() {
        return Optional.ofNullable(sharedDir);
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Which sandboxes; a named one is never replaced by another. */
    public enum Backend {
        /** Docker if its engine answers at the start, else bubblewrap, else none. */
        AUTO,
        DOCKER,
        BUBBLEWRAP
    }

    /**
     * What one sandbox may use. Docker counts them for all of a thread's commands together; bubblewrap does so where
     * it can make control groups, and else holds memory for each process and has no limit on processors.
     *
     * @param memoryBytes at least 16 MiB; 1 GiB by default
     * @param cpus processors, may be a fraction; 1.0 by default
     * @param processes processes and threads; 256 by default
     * @param tmpfsBytes size of each of /tmp and the home folder; 256 MiB by default
     * @param openFiles in one process; 4,096 by default
     * @param workspaceBytes what the workspace may take on the disk; 10 GiB by default
     * @param workspaceFiles files, folders and links in the workspace; 500,000 by default
     */
    public record Limits(
            long memoryBytes,
            double cpus,
            int processes,
            long tmpfsBytes,
            int openFiles,
            long workspaceBytes,
            long workspaceFiles) {

        public static final Limits DEFAULT = new Limits(1L << 30, 1.0, 256, 256L << 20, 4096, 10L << 30, 500_000);

        public Limits {
            require(memoryBytes >= 16L << 20, "memory is at least 16 MiB");
            require(cpus >= 0.01 && cpus <= 1024, "cpus is 0.01 to 1024");
            require(processes >= 16, "processes is at least 16");
            require(tmpfsBytes >= 1L << 20, "tmpfs is at least 1 MiB");
            require(openFiles >= 64, "open files is at least 64");
            require(workspaceBytes >= 1L << 20, "a workspace has at least 1 MiB");
            require(workspaceFiles >= 16, "a workspace has at least 16 files");
        }

        /**
         * The size at which the kernel refuses to let a file grow, so that one with a terabyte of holes can't be made.
         * More than a workspace may take, as whoever fills that is told so.
         */
        public long largestFile() {
            return 2 * workspaceBytes;
        }
    }
}
