package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.Bounds;
import dev.holdpoint.sandbox.CommandLoad;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.LeftBehind;
import dev.holdpoint.sandbox.NetworkSettings;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sandboxes by namespaces of the kernel, with no engine: each command has its own, made and gone with it. */
public final class BubblewrapSandboxes implements Sandboxes {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(4);

    private final Workspaces workspaces;
    private final BubblewrapLauncher launcher;
    private final Bounds bounds;
    private final OpenedAhead ahead;
    private final Map<ThreadId, BubblewrapSandbox> sandboxes = new ConcurrentHashMap<>();
    private volatile boolean works;

    /** @throws IllegalArgumentException if the settings ask for a network, which this can't confine */
    public BubblewrapSandboxes(SandboxSettings settings, Workspaces workspaces) {
        if (settings.network().mode() != NetworkSettings.Mode.NONE) {
            throw new IllegalArgumentException(
                    "bubblewrap sandboxes have no network: set HOLDPOINT_SANDBOX_NETWORK=none, or use docker");
        }
        this.workspaces = workspaces;
        this.launcher = new BubblewrapLauncher(settings, workspaces);
        this.bounds = new Bounds(settings, workspaces);
        this.ahead = new OpenedAhead(settings.fleet());
    }

    @Override
    public String backend() {
        return "bubblewrap";
    }

    /** Tries once for real, since a kernel may forbid user namespaces; a good answer is kept. */
    @Override
    public Optional<String> problem() {
        if (works) {
            return Optional.empty();
        }
        if (SeccompFilter.ofThisMachine().isEmpty()) {
            return Optional.of("bubblewrap sandboxes need a processor of kind x86_64 or aarch64");
        }
        if (!installed("bwrap")) {
            return Optional.of("bubblewrap is not installed: apt-get install bubblewrap");
        }
        if (workspaces.user().serviceIsRoot() && !installed("setpriv")) {
            return Optional.of("setpriv is not installed: apt-get install util-linux");
        }
        Optional<String> problem = probe();
        works = problem.isEmpty();
        return problem;
    }

    private static boolean installed(String program) {
        return Stream.of("/usr/local/bin", "/usr/bin", "/bin").anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }

    private Optional<String> probe() {
        ThreadId nobody = ThreadId.create();
        workspaces.prepare(nobody);
        BubblewrapSandbox sandbox = sandbox(nobody);
        try {
            ExecResult result = sandbox.exec(new ExecRequest("true", PROBE_TIMEOUT), (stream, bytes) -> {});
            return result.outcome() == Outcome.EXITED && Objects.equals(result.exitCode(), 0)
                    ? Optional.empty()
                    : Optional.of("bubblewrap can't run a command: it ended with " + result.outcome());
        } catch (SandboxUnavailable e) {
            return Optional.of(e.getMessage() + " (user namespaces may be switched off on this machine)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("bubblewrap was not tried: the check was interrupted");
        } finally {
            workspaces.remove(nobody, sandbox::end);
        }
    }

    @Override
    public Sandbox of(ThreadId thread) {
        workspaces.prepare(thread);
        return bounds.around(thread, sandboxes.computeIfAbsent(thread, this::sandbox), LeftBehind.NOTHING);
    }

    private BubblewrapSandbox sandbox(ThreadId thread) {
        return new BubblewrapSandbox(launcher, ahead, thread, workspaces.files(thread));
    }

    @Override
    public boolean exists(ThreadId thread) {
        return workspaces.exists(thread);
    }

    @Override
    public List<ThreadId> olderThan(Duration age) {
        return workspaces.olderThan(age);
    }

    @Override
    public String state(ThreadId thread) {
        BubblewrapSandbox sandbox = sandboxes.get(thread);
        return sandbox != null && sandbox.isRunning() ? "running" : "none";
    }

    @Override
    public int running() {
        return (int)
                sandboxes.values().stream().filter(BubblewrapSandbox::isRunning).count();
    }

    @Override
    public CommandLoad load() {
        return bounds.load();
    }

    @Override
    public void remove(ThreadId thread) {
        workspaces.remove(thread, () -> end(thread));
        bounds.forget(thread);
    }

    private void end(ThreadId thread) {
        BubblewrapSandbox sandbox = sandboxes.remove(thread);
        if (sandbox != null) {
            sandbox.end();
        }
    }

    /** Nothing is out of reach of the process that made it, and what was made dies with it. */
    @Override
    public void takeOver(ThreadId thread) {}

    /** Commands die with their process, so only files can be left. */
    @Override
    public void sweep(Supplier<? extends Collection<String>> owners) {
        workspaces.sweep(owners);
    }

    @Override
    public void copy(ThreadId from, ThreadId to) throws IOException {
        workspaces.copy(from, to);
    }

    @Override
    public void close() {
        sandboxes.keySet().forEach(this::end);
        ahead.close();
        launcher.close();
    }
}
