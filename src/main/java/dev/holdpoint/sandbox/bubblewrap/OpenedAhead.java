package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The next sandbox of each thread that ran a command, so that its next command doesn't wait for namespaces and mounts.
 * There is at most one for a thread, and as many as the settings let run; the one that has waited longest goes first.
 */
final class OpenedAhead implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(OpenedAhead.class.getName());

    private final FleetSettings fleet;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that has waited longest first; only under the lock. */
    private final Map<BubblewrapSandbox, Waiting> waiting = new LinkedHashMap<>();

    /** Only under the lock. */
    private boolean closed;

    private final ExecutorService openers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("holdpoint-bubblewrap-idle").factory());

    private record Waiting(WaitingShell shell, ScheduledFuture<?> idle) {}

    OpenedAhead(FleetSettings fleet) {
        this.fleet = fleet;
        clock.setRemoveOnCancelPolicy(true);
    }

    /** The thread's, unless it died or what is mounted in it was replaced. The caller has to use it or discard it. */
    Optional<WaitingShell> take(BubblewrapSandbox sandbox, WaitingShell.Place place) {
        Optional<WaitingShell> found = remove(sandbox);
        if (found.isPresent() && !(found.get().isAlive() && found.get().place().equals(place))) {
            found.get().discard();
            return Optional.empty();
        }
        return found;
    }

    /** Opens the next one in the background. Whatever goes wrong shows when the next command opens its own. */
    void open(BubblewrapSandbox sandbox) {
        lock.lock();
        try {
            if (!closed && !sandbox.isGone()) {
                openers.execute(() -> openNow(sandbox));
            }
        } finally {
            lock.unlock();
        }
    }

    private void openNow(BubblewrapSandbox sandbox) {
        try {
            keep(sandbox, sandbox.launch());
        } catch (SandboxUnavailable e) {
            LOG.log(System.Logger.Level.DEBUG, "could not open a sandbox ahead", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (sandbox.isGone()) {
                sandbox.removeGroups(); // they may have been made anew just now
            }
        }
    }

    private void keep(BubblewrapSandbox sandbox, WaitingShell shell) {
        Optional<WaitingShell> tooMany;
        lock.lock();
        try {
            tooMany = closed || sandbox.isGone() || waiting.containsKey(sandbox)
                    ? Optional.of(shell)
                    : add(sandbox, shell);
        } finally {
            lock.unlock();
        }
        tooMany.ifPresent(WaitingShell::discard);
    }

    private Optional<WaitingShell> add(BubblewrapSandbox sandbox, WaitingShell shell) {
        Optional<WaitingShell> longest = Optional.empty();
        if (waiting.size() >= fleet.most()) {
            longest = remove(waiting.keySet().iterator().next());
        }
        Runnable end = () -> openers.execute(() -> end(sandbox));
        var idle = clock.schedule(end, fleet.idle().toNanos(), TimeUnit.NANOSECONDS);
        waiting.put(sandbox, new Waiting(shell, idle));
        return longest;
    }

    private Optional<WaitingShell> remove(BubblewrapSandbox sandbox) {
        lock.lock();
        try {
            Waiting found = waiting.remove(sandbox);
            if (found == null) {
                return Optional.empty();
            }
            found.idle().cancel(false);
            return Optional.of(found.shell());
        } finally {
            lock.unlock();
        }
    }

    /** Ends the one that waits for this sandbox, if there is one. */
    void end(BubblewrapSandbox sandbox) {
        remove(sandbox).ifPresent(WaitingShell::discard);
    }

    /** Every sandbox is gone by now; waits for what was just being opened to see that, and end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        clock.shutdownNow();
        openers.close();
    }
}
