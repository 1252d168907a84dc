package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.Bounds;
import dev.holdpoint.sandbox.CommandLoad;
import dev.holdpoint.sandbox.LeftBehind;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Sandboxes in containers of a Docker engine: one for each thread, kept between its commands. */
public final class DockerSandboxes implements Sandboxes {

    private static final System.Logger LOG = System.getLogger(DockerSandboxes.class.getName());
    private static final Duration PING = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration REMOVE = Duration.ofSeconds(10);

    private static final int REMOVALS = 16;

    private final SandboxSettings settings;
    private final Workspaces workspaces;
    private final DockerEngine engine;
    private final ContainerSpec spec;
    private final Bounds bounds;
    private final RuntimeProbe runtime;
    private final SandboxNetwork network;
    private final ContainerMaker maker;
    private final Map<ThreadId, DockerSandbox> sandboxes = new ConcurrentHashMap<>();
    private final Fleet fleet;
    private final Blanks blanks;
    private final Upkeep upkeep;

    /** Starts nothing, and doesn't need the engine yet. */
    public DockerSandboxes(SandboxSettings settings, Workspaces workspaces) {
        this.settings = settings;
        this.workspaces = workspaces;
        this.engine = new DockerEngine(settings.dockerHost(), settings.dockerCerts());
        this.spec = new ContainerSpec(settings, workspaces);
        this.bounds = new Bounds(settings, workspaces);
        this.network = new SandboxNetwork(engine, settings);
        this.maker = new ContainerMaker(engine, spec, network);
        this.fleet = new Fleet(settings.fleet(), this::keepers);
        this.blanks = new Blanks(
                engine, spec, maker, workspaces, fleet, settings.fleet().ready());
        this.upkeep = new Upkeep(fleet, blanks);
        this.runtime = new RuntimeProbe(engine, settings, spec.ofOwner());
    }

    Blanks blanks() {
        return blanks;
    }

    private Collection<ContainerKeeper> keepers() {
        return sandboxes.values().stream().map(DockerSandbox::keeper).toList();
    }

    @Override
    public String backend() {
        return "docker";
    }

    @Override
    public Optional<String> problem() {
        try {
            engine.ping(PING);
            Optional<String> problem = runtime.problem();
            if (problem.isEmpty()) {
                problem = network.problem();
            }
            ;
            if (problem.isEmpty()) {
                upkeep.start();
            }
            return problem;
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.DEBUG, "ping failed", e);
            return Optional.of(EngineTrouble.why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the Docker engine was not asked: the check was interrupted");
        }
    }

    @Override
    public Sandbox of(ThreadId thread) {
        workspaces.prepare(thread);
        DockerSandbox sandbox = sandboxes.computeIfAbsent(thread, this::make);
        return bounds.around(thread, sandbox, new Daemons(sandbox.keeper()));
    }

    /** They end with the container. */
    private record Daemons(ContainerKeeper keeper) implements LeftBehind {
        @Override
        public boolean isPossible() {
            return keeper.runs();
        }

        @Override
        public void end() throws InterruptedException {
            keeper.rest();
        }
    }

    private DockerSandbox make(ThreadId thread) {
        Helper helper = new Helper(engine, spec.user());
        ContainerKeeper keeper = new ContainerKeeper(engine, spec, maker, helper, fleet, blanks, thread);
        return new DockerSandbox(engine, spec, keeper, helper, workspaces.files(thread));
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
        try {
            return engine.state(spec.name(thread), LOOK)
                    .map(ContainerState::getRunning)
                    .map(runs -> runs ? "running" : "stopped")
                    .orElse(rests(thread) ? "stopped" : "none");
        } catch (EngineDown | DockerException e) {
            return "none";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "none";
        }
    }

    private boolean rests(ThreadId thread) {
        DockerSandbox known = sandboxes.get(thread);
        return known != null && known.keeper().rests();
    }

    @Override
    public int running() {
        return (int) sandboxes.values().stream()
                .filter(sandbox -> sandbox.keeper().runs())
                .count();
    }

    @Override
    public CommandLoad load() {
        return bounds.load();
    }

    @Override
    public void remove(ThreadId thread) {
        DockerSandbox known = sandboxes.remove(thread);
        DockerSandbox sandbox = known == null ? make(thread) : known;
        workspaces.remove(thread, () -> sandbox.keeper().end(REMOVE));
        bounds.forget(thread);
    }

    @Override
    public void takeOver(ThreadId thread) {
        try {
            Optional<InspectContainerResponse> found = engine.inspect(spec.name(thread), LOOK);
            if (found.isPresent() && isAnothers(found.get())) {
                engine.remove(found.get().getId(), REMOVE);
            }
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "could not end what another process ran; the next sweep does it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnothers(InspectContainerResponse found) {
        Map<String, String> labels = found.getConfig().getLabels();
        return labels != null && spec.isOurs(labels) && spec.isAnothers(labels);
    }

    @Override
    public void sweep(Supplier<? extends Collection<String>> owners) {
        sweepContainers(owners);
        network.sweep(owners);
        workspaces.sweep(owners);
    }

    /** Also those of versions that didn't name an owner. */
    private void sweepContainers(Supplier<? extends Collection<String>> owners) {
        removeAll(spec.ofInstallation(), () -> {
            Collection<String> alive = owners.get();
            return container -> {
                String owner = container.getLabels().get(ContainerSpec.OWNER);
                return owner == null || !(owner.equals(settings.owner()) || alive.contains(owner));
            };
        });
    }

    private void removeAll(Map<String, String> labels, Supplier<Predicate<Container>> which) {
        try (var removals =
                Executors.newFixedThreadPool(REMOVALS, Thread.ofVirtual().factory())) {
            List<Container> there = engine.list(labels);
            there.stream().filter(which.get()).forEach(found -> removals.execute(() -> remove(found)));
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "could not look for containers to remove", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove(Container container) {
        try {
            engine.remove(container.getId(), REMOVE);
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "a container could not be removed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void copy(ThreadId from, ThreadId to) throws IOException {
        workspaces.copy(from, to);
    }

    /** Containers that another process made go on: its commands run in them. */
    @Override
    public void close() {
        upkeep.close();
        sandboxes.values().forEach(sandbox -> sandbox.keeper().retire());
        if (!sandboxes.isEmpty() || upkeep.started()) {
            removeAll(spec.ofOwner(), () -> container -> true);
        }
        sandboxes.clear();
        network.close();
        engine.close();
    }
}
