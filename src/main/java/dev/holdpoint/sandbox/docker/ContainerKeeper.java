package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Makes a thread's container at first need, and makes another when that one is gone. */
final class ContainerKeeper {

    private static final System.Logger LOG = System.getLogger(ContainerKeeper.class.getName());
    private static final Duration REMOVE = Duration.ofSeconds(30);
    private static final Duration DESTROY = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final DockerEngine engine;
    private final ContainerSpec spec;
    private final String image;
    private final ThreadId thread;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable DockerContainer current;
    private volatile boolean ended;

    ContainerKeeper(DockerEngine engine, ContainerSpec spec, String image, ThreadId thread) {
        this.engine = engine;
        this.spec = spec;
        this.image = image;
        this.thread = thread;
    }

    boolean hasContainer() {
        return current != null;
    }

    DockerContainer get(ExecOutput output) throws SandboxUnavailable, InterruptedException {
        making.lockInterruptibly();
        try {
            if (ended) {
                throw new SandboxUnavailable("this thread's sandbox was removed");
            }
            DockerContainer known = current;
            if (known == null) {
                known = make(output);
                current = known;
            }
            return known;
        } catch (EngineDown e) {
            throw down(e);
        } catch (DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "can't make a container", e);
            throw new SandboxUnavailable("the Docker engine can't make a container of image " + image, e);
        } finally {
            making.unlock();
        }
    }

    /** A container of that name is one that an earlier process left, or that is in an unknown state: it has to go. */
    private DockerContainer make(ExecOutput output) throws SandboxUnavailable, EngineDown, InterruptedException {
        if (!engine.hasImage(image)) {
            ImagePull.run(engine, image, output);
        }
        engine.remove(spec.name(thread), REMOVE);
        String id = create();
        engine.start(id);
        String startedAt = engine.state(id, LOOK)
                .map(ContainerState::getStartedAt)
                .orElseThrow(() -> new SandboxUnavailable("the sandbox's container is gone as soon as it started"));
        return new DockerContainer(id, startedAt, new AtomicLong());
    }

    /** A create whose answer was lost is repeated, and then finds its own container in the way. */
    private String create() throws EngineDown, InterruptedException {
        try {
            return createOnce();
        } catch (ConflictException e) {
            engine.remove(spec.name(thread), REMOVE);
            return createOnce();
        }
    }

    private String createOnce() throws EngineDown, InterruptedException {
        return engine.createContainer(
                () -> spec.create(engine.client(), thread).exec().getId());
    }

    SandboxUnavailable down(EngineDown e) {
        LOG.log(System.Logger.Level.WARNING, "the Docker engine is out of reach", e);
        return new SandboxUnavailable(DockerSandboxes.DOWN, e);
    }

    /** The next command makes another one; this one is removed by then. */
    void forget(DockerContainer container) {
        making.lock();
        try {
            if (container.equals(current)) {
                current = null;
            }
        } finally {
            making.unlock();
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

    /** For good: no command starts after this. */
    void end(Duration deadline) {
        ended = true;
        try {
            engine.remove(spec.name(thread), deadline);
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.WARNING, "a container could not be removed; the next sweep does it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        current = null;
    }
}
