package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdpoint.sandbox.SandboxSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether the runtime that the settings name runs a container. That the engine knows its name proves little: its program
 * may be missing, too old for the kernel, or hang. Success is remembered, a failure is looked at again after a while.
 */
final class RuntimeProbe {

    /** A runtime with a kernel of its own needs seconds; one that hangs needs for ever. */
    private static final Duration TRIAL = Duration.ofSeconds(30);

    /** Shorter than {@link dev.holdpoint.sandbox.Sandboxes#problem} may take, of which the ping had some. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final Duration AGAIN = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final System.Logger LOG = System.getLogger(RuntimeProbe.class.getName());
    /** The engine finds such a runtime by its name; nobody has to register it. */
    private static final String SELF_REGISTERED = "io.containerd.";

    private final DockerEngine engine;
    private final SandboxSettings settings;
    private final Map<String, String> labels;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Trial last;

    /** @param labels so that a sweep finds a container that was left behind */
    RuntimeProbe(DockerEngine engine, SandboxSettings settings, Map<String, String> labels) {
        this.engine = engine;
        this.settings = settings;
        this.labels = labels;
    }

    /** What came of an attempt, once it is known. */
    private record Trial(CompletableFuture<Verdict> verdict, long begun) {

        boolean stands() {
            if (!verdict.isDone()) {
                return true;
            }
            Verdict known = verdict.join();
            return switch (known) {
                case WORKS, STUCK -> true;
                case UNTRIED -> false;
                case UNKNOWN, BROKEN -> System.nanoTime() - begun < AGAIN.toNanos();
            };
        }
    }

    private enum Verdict {
        WORKS,
        /** There is no image yet to try it with. */
        UNTRIED,
        UNKNOWN,
        BROKEN,
        /** Each further attempt could leave one more container that can't be removed. */
        STUCK
    }

    /** Empty also if no runtime is named, or while there is no image to try it with. */
    Optional<String> problem() throws InterruptedException {
        String runtime = settings.runtime();
        if (runtime == null) {
            return Optional.empty();
        }
        try {
            Verdict verdict = trial(runtime).verdict().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return switch (verdict) {
                case WORKS, UNTRIED -> Optional.empty();
                case UNKNOWN ->
                    Optional.of("the Docker engine has no runtime " + runtime
                            + ": register it with the engine, or change HOLDPOINT_SANDBOX_RUNTIME");
                case BROKEN ->
                    Optional.of("the runtime " + runtime + " can't run a container, and the log says why:"
                            + " repair it, or change HOLDPOINT_SANDBOX_RUNTIME");
                case STUCK ->
                    Optional.of("a container of the runtime " + runtime + " hangs:"
                            + " repair it or change HOLDPOINT_SANDBOX_RUNTIME, and restart this service");
            };
        } catch (TimeoutException e) {
            return Optional.of("the runtime " + runtime + " is still being tried");
        } catch (ExecutionException e) {
            throw new IllegalStateException("trying the runtime failed", e.getCause());
        }
    }

    private Trial trial(String runtime) {
        asking.lock();
        try {
            Trial trial = last;
            if (trial == null || !trial.stands()) {
                CompletableFuture<Verdict> verdict = new CompletableFuture<>();
                trial = new Trial(verdict, System.nanoTime());
                last = trial;
                Thread.ofVirtual().name("holdpoint-runtime").start(() -> verdict.complete(tryOut(runtime)));
            }
            return trial;
        } finally {
            asking.unlock();
        }
    }

    private Verdict tryOut(String runtime) {
        try {
            Set<String> known = engine.runtimes(DockerEngine.USUAL);
            if (!known.contains(runtime) && !runtime.startsWith(SELF_REGISTERED)) {
                LOG.log(System.Logger.Level.WARNING, "no runtime {0}, only {1}", runtime, new TreeSet<>(known));
                return Verdict.UNKNOWN;
            }
            return engine.hasImage(settings.image()) ? run(runtime) : Verdict.UNTRIED;
        } catch (EngineDown | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the runtime " + runtime + " can't be used", e);
            return Verdict.BROKEN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.BROKEN;
        }
    }

    private Verdict run(String runtime) throws EngineDown, InterruptedException {
        long end = System.nanoTime() + TRIAL.toNanos();
        String container = engine.createContainer(() -> engine.client()
                .createContainerCmd(settings.image())
                .withLabels(labels)
                .withEntrypoint("true")
                .withCmd(List.of())
                .withHostConfig(confined(runtime))
                .exec()
                .getId());
        Verdict verdict = watch(container, end);
        return remove(container) ? verdict : Verdict.STUCK;
    }

    private Verdict watch(String container, long end) throws InterruptedException {
        try {
            engine.start(container, TRIAL);
            while (System.nanoTime() - end < 0) {
                ContainerState state =
                        engine.state(container, DockerEngine.USUAL).orElseThrow();
                if (!Boolean.TRUE.equals(state.getRunning())) {
                    return Long.valueOf(0).equals(state.getExitCodeLong()) ? Verdict.WORKS : Verdict.BROKEN;
                }
                Thread.sleep(LOOK);
            }
            LOG.log(System.Logger.Level.WARNING, "a container of the runtime {0} does not end", settings.runtime());
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "a container of the runtime " + settings.runtime() + " fails", e);
        }
        return Verdict.BROKEN;
    }

    private boolean remove(String container) throws InterruptedException {
        try {
            engine.remove(container, DockerEngine.USUAL);
            return true;
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "a container could not be removed; a sweep will", e);
            return false;
        }
    }

    private HostConfig confined(String runtime) {
        return HostConfig.newHostConfig()
                .withRuntime(runtime)
                .withNetworkMode("none")
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withInit(true)
                .withPidsLimit((long) settings.limits().processes())
                .withMemory(settings.limits().memoryBytes())
                .withMemorySwap(settings.limits().memoryBytes());
    }
}
