package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Containers that wait for a thread: started, with a shell open, on an empty folder that becomes the thread's workspace.
 * Each is given to one thread, once; none comes back.
 */
final class Blanks implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Blanks.class.getName());
    private static final Duration REMOVE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final DockerEngine engine;
    private final ContainerSpec spec;
    private final ContainerMaker maker;
    private final Workspaces workspaces;
    private final Fleet fleet;
    private final int wanted;
    private final Deque<Blank> ready = new ArrayDeque<>();
    private final Set<String> discarded = new HashSet<>();
    private boolean making;
    private boolean closed;
    private Duration pause = FIRST_PAUSE;
    private long notBefore = System.nanoTime();

    private record Blank(DockerContainer container, Path folder) {}

    Blanks(
            DockerEngine engine,
            ContainerSpec spec,
            ContainerMaker maker,
            Workspaces workspaces,
            Fleet fleet,
            int wanted) {
        this.engine = engine;
        this.spec = spec;
        this.maker = maker;
        this.workspaces = workspaces;
        this.fleet = fleet;
        this.wanted = wanted;
    }

    synchronized int ready() {
        return ready.size();
    }

    /**
     * Makes a blank container the thread's own.
     *
     * @return null if there is none
     * @throws SandboxUnavailable if the thread was deleted
     */
    @Nullable
    DockerContainer claim(ThreadId thread) throws SandboxUnavailable, InterruptedException {
        Blank blank = poll();
        if (blank == null) {
            return null;
        }
        tend();
        boolean claimed = false;
        try {
            engine.rename(blank.container.id(), spec.name(thread));
            if (!workspaces.claim(thread, blank.folder)) {
                throw new SandboxUnavailable("this thread's workspace was removed");
            }
            claimed = true;
            return blank.container;
        } catch (DockerException | IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a sandbox that was kept ready could not be used", e);
            return null;
        } finally {
            if (!claimed) {
                discard(blank);
            }
        }
    }

    private synchronized @Nullable Blank poll() {
        return ready.poll();
    }

    /** Sees to it that there are as many as wanted: replaces those that died, and makes what is missing, one by one. */
    synchronized void tend() {
        for (Blank blank : ready.toArray(Blank[]::new)) {
            if (!blank.container.shells().isWaiting()) {
                ready.remove(blank);
                discard(blank);
            }
        }
        boolean due = System.nanoTime() - notBefore >= 0;
        if (!closed && !making && due && ready.size() < wanted && fleet.enterIfRoom()) {
            making = true;
            Thread.ofVirtual().name("holdpoint-blank").start(this::makeOne);
        }
    }

    private void makeOne() {
        Blank made = null;
        try {
            made = make();
        } catch (DockerException | SandboxUnavailable | IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no sandbox can be kept ready right now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finish(made);
    }

    private @Nullable Blank make() throws EngineDown, SandboxUnavailable, IOException, InterruptedException {
        if (!engine.hasImage(spec.image())) {
            return null; // the first command fetches it, and tells how that goes
        }
        Path folder = workspaces.blank();
        Blank blank = new Blank(maker.make(spec.blankName(), folder), folder);
        blank.container.shells().openAhead();
        return blank;
    }

    private void finish(@Nullable Blank made) {
        boolean keep;
        synchronized (this) {
            making = false;
            keep = made != null && !closed;
            if (made != null && keep) {
                ready.add(made);
                pause = FIRST_PAUSE;
            } else {
                notBefore = System.nanoTime() + pause.toNanos();
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
        if (keep) {
            tend();
        } else if (made != null) {
            discard(made);
        } else {
            fleet.leave();
        }
    }

    private void discard(Blank blank) {
        fleet.leave();
        blank.container.shells().close();
        synchronized (this) {
            discarded.add(blank.container.id());
        }
    }

    /** Removes what is of no use any more; what the engine doesn't remove now is tried again. */
    void removeDiscarded() throws InterruptedException {
        for (String container : discarded()) {
            try {
                engine.remove(container, REMOVE);
            } catch (EngineDown | DockerException e) {
                LOG.log(System.Logger.Level.DEBUG, "a container could not be removed; it is tried again", e);
                return;
            }
            synchronized (this) {
                discarded.remove(container);
            }
        }
    }

    private synchronized List<String> discarded() {
        return List.copyOf(discarded);
    }

    /** They go with all other containers of this process. */
    @Override
    public synchronized void close() {
        closed = true;
        ready.forEach(blank -> blank.container.shells().close());
        ready.clear();
    }
}
