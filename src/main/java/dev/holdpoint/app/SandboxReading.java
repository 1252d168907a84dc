package dev.holdpoint.app;

import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import dev.holdpoint.sandbox.SandboxSettings.Network;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the settings of the sandboxes. */
final class SandboxReading {

    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;

    private SandboxReading() {}

    /** @param dataDir where workspaces and shared files are unless a setting says otherwise */
    static SandboxSettings read(SettingsReader in, Path dataDir) {
        Path root = path(in, "WORKSPACE_ROOT", dataDir.resolve("workspaces"));
        SandboxSettings standard = SandboxSettings.of(Backend.AUTO, "unnamed", "unnamed", root);
        Backend backend = constant(Backend.class, backend(in));
        Network network =
                constant(Network.class, in.oneOf("HOLDPOINT_SANDBOX_NETWORK", "none", List.of("none", "bridge")));
        if (backend == Backend.BUBBLEWRAP && network != Network.NONE) {
            in.problem("HOLDPOINT_SANDBOX_NETWORK", "must be none with HOLDPOINT_SANDBOX=bubblewrap.");
        }
        if (in.number("HOLDPOINT_SANDBOX_POOL", 0, 0, 1_000) > 0) {
            in.problem("HOLDPOINT_SANDBOX_POOL", "must be 0; sandboxes kept ready are not there yet.");
        }
        return in.checked(
                "HOLDPOINT_SANDBOX",
                standard,
                () -> new SandboxSettings(
                        backend,
                        "unnamed",
                        "unnamed",
                        root,
                        path(in, "SHARED_DIR", dataDir.resolve("shared")),
                        dockerHost(in),
                        in.text("DOCKER_IMAGE").orElse(SandboxSettings.DEFAULT_IMAGE),
                        network,
                        in.number("HOLDPOINT_SANDBOX_UID", SandboxSettings.DEFAULT_UID, 1, 65_533),
                        limits(in),
                        in.size("HOLDPOINT_MAX_FORK_BYTES", SandboxSettings.DEFAULT_MAX_COPY_BYTES, 1, TIB)));
    }

    private static String backend(SettingsReader in) {
        if (in.text("HOLDPOINT_SANDBOX").filter("kubernetes"::equals).isPresent()) {
            in.problem("HOLDPOINT_SANDBOX", "kubernetes is not there yet; use auto, docker or bubblewrap.");
            return "auto";
        }
        return in.oneOf("HOLDPOINT_SANDBOX", "auto", List.of("auto", "docker", "bubblewrap"));
    }

    private static Limits limits(SettingsReader in) {
        Limits d = Limits.DEFAULT;
        return new Limits(
                in.size("HOLDPOINT_SANDBOX_MEMORY", d.memoryBytes(), 16 * MIB, TIB),
                in.decimal("HOLDPOINT_SANDBOX_CPUS", d.cpus(), 0.01, 1024),
                in.number("HOLDPOINT_SANDBOX_PIDS", d.processes(), 16, 1_000_000),
                in.size("HOLDPOINT_SANDBOX_TMPFS", d.tmpfsBytes(), MIB, TIB));
    }

    private static @Nullable URI dockerHost(SettingsReader in) {
        return in.parsed("DOCKER_HOST", "must be unix:///path/of/socket or tcp://host:port", host -> {
            URI uri = URI.create(host);
            boolean socket = "unix".equals(uri.getScheme()) && uri.getHost() == null && uri.getPath() != null;
            boolean tcp = "tcp".equals(uri.getScheme()) && uri.getHost() != null;
            SettingsReader.require(socket || tcp);
            return uri;
        });
    }

    private static Path path(SettingsReader in, String key, Path standard) {
        return in.text(key).map(Path::of).orElse(standard).toAbsolutePath().normalize();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }
}
