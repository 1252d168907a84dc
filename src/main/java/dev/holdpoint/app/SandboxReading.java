package dev.holdpoint.app;

import dev.holdpoint.sandbox.ChangeLimits;
import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.NetworkSettings.Firewall;
import dev.holdpoint.sandbox.NetworkSettings.Mode;
import dev.holdpoint.sandbox.ProcessSettings;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of the sandboxes. */
final class SandboxReading {

    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;

    private static final List<String> CERTIFICATES = List.of("ca.pem", "cert.pem", "key.pem");
    private static final Pattern RUNTIME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ALLOWED =
            Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\\d{1,5})?");

    private SandboxReading() {}

    /** @param dataDir where workspaces and shared files are unless a setting says otherwise */
    static SandboxSettings read(SettingsReader in, Path dataDir) {
        Path root = path(in, "WORKSPACE_ROOT", dataDir.resolve("workspaces"));
        SandboxSettings standard = SandboxSettings.of(Backend.AUTO, "unnamed", "unnamed", root);
        Backend backend = constant(Backend.class, backend(in));
        NetworkSettings network = network(in);
        if (backend == Backend.BUBBLEWRAP && network.mode() != Mode.NONE) {
            in.problem("HOLDPOINT_SANDBOX_NETWORK", "must be none with HOLDPOINT_SANDBOX=bubblewrap.");
        }
        if (backend == Backend.BUBBLEWRAP
                && in.text("HOLDPOINT_SANDBOX_RUNTIME").isPresent()) {
            in.problem("HOLDPOINT_SANDBOX_RUNTIME", "must not be set with HOLDPOINT_SANDBOX=bubblewrap.");
        }
        return in.checked(
                "HOLDPOINT_SANDBOX",
                standard,
                () -> standard.with(b -> {
                    b.backend = backend;
                    b.sharedDir = path(in, "SHARED_DIR", dataDir.resolve("shared"));
                    b.dockerHost = dockerHost(in);
                    b.dockerCerts = dockerCerts(in);
                    b.image = in.text("DOCKER_IMAGE").orElse(SandboxSettings.DEFAULT_IMAGE);
                    b.runtime = runtime(in);
                    b.network = network;
                    b.uid = in.number("HOLDPOINT_SANDBOX_UID", SandboxSettings.DEFAULT_UID, 1, 65_533);
                    b.limits = limits(in);
                    b.fleet = fleet(in);
                    b.maxCopyBytes =
                            in.size("HOLDPOINT_MAX_FORK_BYTES", SandboxSettings.DEFAULT_MAX_COPY_BYTES, 1, TIB);
                    b.changes = changes(in);
                }));
    }

    private static ChangeLimits changes(SettingsReader in) {
        ChangeLimits d = ChangeLimits.DEFAULT;
        return new ChangeLimits(
                in.number("HOLDPOINT_CHANGES_ENTRIES", d.entries(), 0, 1_000_000),
                (int) in.size("HOLDPOINT_CHANGES_FILE_BYTES", d.fileBytes(), 0, 16 * MIB),
                in.size("HOLDPOINT_CHANGES_BYTES", d.bytes(), 0, TIB),
                in.number("HOLDPOINT_CHANGES_SHOWN", d.shown(), 1, 100_000),
                (int) in.size("HOLDPOINT_CHANGES_DIFF_CHARS", d.diffChars(), 0, 256 * MIB));
    }

    private static @Nullable String runtime(SettingsReader in) {
        return in.parsed("HOLDPOINT_SANDBOX_RUNTIME", "must be a runtime of the engine, such as runc or runsc", v -> {
            SettingsReader.require(RUNTIME.matcher(v).matches());
            return v;
        });
    }

    private static NetworkSettings network(SettingsReader in) {
        Mode mode = constant(
                Mode.class, in.oneOf("HOLDPOINT_SANDBOX_NETWORK", "none", List.of("none", "bridge", "allowlist")));
        List<String> allowed = in.list("HOLDPOINT_SANDBOX_ALLOW", "host, host:port or *.domain", ALLOWED);
        Firewall firewall =
                constant(Firewall.class, in.oneOf("HOLDPOINT_SANDBOX_FIREWALL", "own", List.of("own", "external")));
        boolean ports = in.bool("HOLDPOINT_SANDBOX_PORTS", false);
        if (mode == Mode.ALLOWLIST && allowed.isEmpty()) {
            in.problem(
                    "HOLDPOINT_SANDBOX_ALLOW", "must name at least one host with HOLDPOINT_SANDBOX_NETWORK=allowlist.");
            return NetworkSettings.NONE;
        }
        if (mode == Mode.NONE && ports) {
            in.problem("HOLDPOINT_SANDBOX_PORTS", "must be false with HOLDPOINT_SANDBOX_NETWORK=none.");
            return NetworkSettings.NONE;
        }
        return new NetworkSettings(mode, allowed, firewall, ports);
    }

    private static FleetSettings fleet(SettingsReader in) {
        FleetSettings d = FleetSettings.DEFAULT;
        Duration day = Duration.ofDays(1);
        return in.checked(
                "HOLDPOINT_SANDBOX_POOL",
                d,
                () -> new FleetSettings(
                        in.number("HOLDPOINT_SANDBOX_POOL", d.ready(), 0, 1_000),
                        in.number("HOLDPOINT_SANDBOX_MAX", d.most(), 1, 100_000),
                        in.number("HOLDPOINT_SANDBOX_MAX_COMMANDS", d.commands(), 1, 100_000),
                        in.number("HOLDPOINT_SANDBOX_QUEUE", d.waiting(), 0, 1_000_000),
                        in.duration("HOLDPOINT_SANDBOX_QUEUE_TIMEOUT", d.patience(), Duration.ZERO, day),
                        in.duration("HOLDPOINT_SANDBOX_IDLE", d.idle(), Duration.ofSeconds(1), Duration.ofDays(365)),
                        in.size("HOLDPOINT_SANDBOX_MIN_FREE_MEMORY", d.minFreeMemory(), 0, TIB)));
    }

    static ProcessSettings processes(SettingsReader in) {
        ProcessSettings d = ProcessSettings.DEFAULT;
        return new ProcessSettings(in.number("HOLDPOINT_BACKGROUND_MAX", d.most(), 0, 1_000), (int)
                in.size("HOLDPOINT_BACKGROUND_OUTPUT", d.outputBytes(), 1024, 64 * MIB));
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
                in.size("HOLDPOINT_SANDBOX_TMPFS", d.tmpfsBytes(), MIB, TIB),
                in.number("HOLDPOINT_SANDBOX_OPEN_FILES", d.openFiles(), 64, 1_000_000),
                in.size("HOLDPOINT_SANDBOX_DISK", d.workspaceBytes(), MIB, 1024 * TIB),
                in.number("HOLDPOINT_SANDBOX_FILES", (int) d.workspaceFiles(), 16, 1_000_000_000));
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

    /** Docker's own tools take any text, even 0, for yes; what isn't clear is refused. */
    private static @Nullable Path dockerCerts(SettingsReader in) {
        Boolean tls = in.parsed("DOCKER_TLS_VERIFY", "must be 1, or not set", v -> {
            SettingsReader.require(v.equals("1") || v.equals("true"));
            return true;
        });
        if (tls == null) {
            return null;
        }
        Path folder = path(in, "DOCKER_CERT_PATH", Path.of(System.getProperty("user.home"), ".docker"));
        if (!CERTIFICATES.stream().allMatch(name -> Files.isReadable(folder.resolve(name)))) {
            in.problem("DOCKER_CERT_PATH", "must be a folder with " + String.join(", ", CERTIFICATES) + ".");
        }
        return folder;
    }

    private static Path path(SettingsReader in, String key, Path standard) {
        return in.text(key).map(Path::of).orElse(standard).toAbsolutePath().normalize();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }
}
