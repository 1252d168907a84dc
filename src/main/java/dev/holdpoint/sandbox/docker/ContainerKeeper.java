package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds a thread's container or makes it at first need, and makes another when that one is gone or rests. What another
 * process of this installation made is shared, so that one process never ends what another one runs.
 */
final class ContainerKeeper {

    private static final System.Logger LOG = System.getLogger(ContainerKeeper.class.getName());
    private static final Duration REMOVE = Duration.ofSeconds(30);
    private static final Duration DESTROY = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** How long another process may take to start what it made, or the engine to free a name. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final DockerEngine engine;
    private final ContainerSpec spec;
    private final ContainerMaker maker;
    private final Helper helper;
    private final Fleet fleet;
    private final Blanks blanks;
    private final ThreadId thread;
    private final ReentrantLock making = new ReentrantLock();
    private final AtomicInteger uses = new AtomicInteger();
    private volatile long lastUsed = System.nanoTime();
    private volatile @Nullable DockerContainer current;
    private volatile @Nullable String givenUp;
    private volatile boolean rests;
    private volatile boolean ended;

    ContainerKeeper(
            DockerEngine engine,
            ContainerSpec spec,
            ContainerMaker maker,
            Helper helper,
            Fleet fleet,
            Blanks blanks,
            ThreadId thread) {
        this.engine = engine;
        this.spec = spec;
        this.maker = maker;
        this.helper = helper;
        this.fleet = fleet;
        this.blanks = blanks;
        this.thread = thread;
    }

    /** Whether it has a container that this process made. */
    boolean runs() {
        DockerContainer known = current;
        return known != null && known.made();
    }

    /** Whether its container was stopped since nothing ran in it; the next command makes another. */
    boolean rests() {
        return rests;
    }

    /** The container, which stays until it is {@linkplain #release released} as often as it was got. */
    DockerContainer get(ExecOutput output) throws SandboxUnavailable, InterruptedException {
        making.lockInterruptibly();
        try {
            maker.network().requireClosed();
            DockerContainer known = current;
            if (known == null && !ended) {
                known = findOrMake(output);
                current = known;
                rests = false;
            }
            if (ended || known == null) {
                throw tooLate(known);
            }
            uses.incrementAndGet();
            return known;
        } catch (EngineDown e) {
            throw down(e);
        } catch (DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "can't make a container", e);
            throw new SandboxUnavailable("the Docker engine can't make a container of image " + spec.image(), e);
        } finally {
            making.unlock();
        }
    }

    void release() {
        lastUsed = System.nanoTime();
        uses.decrementAndGet();
    }

    /** For how long nothing ran in a container that this process made; nothing if there is none, or it is in use. */
    Duration idle() {
        return runs() && uses.get() == 0 ? Duration.ofNanos(System.nanoTime() - lastUsed) : Duration.ZERO;
    }

    /** @return whether a container that nothing runs in was removed; the workspace stays */
    boolean rest() throws InterruptedException {
        if (!making.tryLock()) {
            return false;
        }
        try {
            DockerContainer known = current;
            if (known == null || !known.made() || uses.get() > 0) {
                return false;
            }
            rests = true;
            return destroy(known);
        } finally {
            making.unlock();
        }
    }

    /** It was ended while a container was being made, too late to be seen by whoever removes containers. */
    private SandboxUnavailable tooLate(@Nullable DockerContainer made) throws EngineDown, InterruptedException {
        if (made != null && made.made()) {
            left(made);
            engine.remove(made.id(), REMOVE);
        }
        return new SandboxUnavailable("this thread's sandbox was removed");
    }

    private DockerContainer findOrMake(ExecOutput output) throws SandboxUnavailable, EngineDown, InterruptedException {
        long end = System.nanoTime() + SETTLING.toNanos();
        while (true) {
            boolean late = System.nanoTime() - end > 0;
            Optional<InspectContainerResponse> found = engine.inspect(spec.name(thread), LOOK);
            if (found.isPresent() && isShared(found.get())) {
                String status = String.valueOf(found.get().getState().getStatus());
                if (status.equals("running")) {
                    return share(found.get());
                }
                if (status.equals("created") && !late) {
                    Thread.sleep(PAUSE); // its process is about to start it
                    continue;
                }
            }
            if (found.isPresent()) {
                engine.remove(found.get().getId(), REMOVE);
            }
            try {
                return claimOrMake(output);
            } catch (ConflictException | NotFoundException e) {
                if (late) {
                    throw e;
                }
                Thread.sleep(PAUSE); // another process was faster, or took this one's for left behind
            }
        }
    }

    /** Whether it may run commands of this process; if not, it is in an unknown state and has to go. */
    private boolean isShared(InspectContainerResponse found) throws SandboxUnavailable {
        Map<String, String> labels = found.getConfig().getLabels();
        if (labels == null || !spec.isOurs(labels)) {
            throw new SandboxUnavailable("a container that isn't this service's has the name " + spec.name(thread));
        }
        return spec.isAnothers(labels) && !found.getId().equals(givenUp);
    }

    private DockerContainer share(InspectContainerResponse found) throws InterruptedException {
        long kills = helper.oomKills(found.getId(), LOOK).orElse(0L);
        String startedAt = String.valueOf(found.getState().getStartedAt());
        return new DockerContainer(
                found.getId(), startedAt, false, new AtomicLong(kills), spec.shells(engine, found.getId()));
    }

    private DockerContainer claimOrMake(ExecOutput output) throws SandboxUnavailable, EngineDown, InterruptedException {
        DockerContainer claimed = blanks.claim(thread);
        if (claimed != null) {
            return claimed;
        }
        if (!engine.hasImage(spec.image())) {
            ImagePull.run(engine, spec.image(), output);
        }
        fleet.enter();
        boolean made = false;
        try {
            DockerContainer container = maker.make(spec.name(thread), spec.workspace(thread));
            made = true;
            return container;
        } finally {
            if (!made) {
                fleet.leave();
            }
        }
    }

    /** Of the container that runs now, whoever made it; it isn't idle then. */
    InetAddress address() throws SandboxUnavailable, InterruptedException {
        lastUsed = System.nanoTime();
        try {
            return engine.inspect(spec.name(thread), LOOK)
                    .filter(found -> spec.isOurs(
                            Objects.requireNonNullElse(found.getConfig().getLabels(), Map.of())))
                    .flatMap(maker.network()::address)
                    .map(InetAddress::ofLiteral)
                    .orElseThrow(() -> new SandboxUnavailable("the sandbox doesn't run: start the server in it first"));
        } catch (EngineDown e) {
            throw down(e);
        }
    }

    SandboxUnavailable down(EngineDown e) {
        LOG.log(System.Logger.Level.WARNING, "the Docker engine is out of reach", e);
        return new SandboxUnavailable(EngineTrouble.why(e), e);
    }

    /** The next command makes another one; this one is removed by then, whoever made it. */
    void forget(DockerContainer container) {
        making.lock();
        try {
            givenUp = container.id();
            if (container.equals(current)) {
                current = null;
                left(container);
            }
        } finally {
            making.unlock();
        }
    }

    private void left(DockerContainer container) {
        container.shells().close();
        if (container.made()) {
            fleet.leave();
        }
    }

    /** @return whether the container is gone for certain, with all that ran in it */
    boolean destroy(DockerContainer container) throws InterruptedException {
        forget(container);
        try {
            engine.remove(container.id(), DESTROY);
            return true;
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.ERROR, "a container could not be removed", e);
            return false;
        }
    }

    /** No command starts after this. */
    void retire() {
        ended = true;
    }

    /** For good, whoever made the container: its thread is no more. */
    void end(Duration deadline) {
        retire();
        try {
            engine.remove(spec.name(thread), deadline);
        } catch (EngineDown | DockerException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a container could not be removed; it goes with the process that made it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        DockerContainer known = current;
        if (known != null) {
            forget(known);
        }
    }
}
