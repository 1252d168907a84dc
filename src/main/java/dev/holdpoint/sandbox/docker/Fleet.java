package dev.holdpoint.sandbox.docker;

import dev.holdpoint.sandbox.FleetSettings;
import dev.holdpoint.sandbox.Overloaded;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How many containers this process may have, and which of them have to rest. */
final class Fleet {

    private static final System.Logger LOG = System.getLogger(Fleet.class.getName());

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final FleetSettings settings;
    private final Supplier<Collection<ContainerKeeper>> keepers;
    private final Semaphore room;

    Fleet(FleetSettings settings, Supplier<Collection<ContainerKeeper>> keepers) {
        this.settings = settings;
        this.keepers = keepers;
        this.room = new Semaphore(settings.most(), true);
    }

    /** Takes the place of one more container, for which the one that was idle longest is stopped if need be. */
    void enter() throws Overloaded, InterruptedException {
        while (!room.tryAcquire()) {
            if (shed()) {
                continue;
            }
            if (room.tryAcquire(settings.patience().toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            throw new Overloaded(
                    "all " + settings.most() + " sandboxes run commands (HOLDPOINT_SANDBOX_MAX)", 0, RETRY);
        }
    }

    /** For what nobody waits for. */
    boolean enterIfRoom() {
        return room.tryAcquire();
    }

    void leave() {
        room.release();
    }

    /** @return whether a container that nothing runs in was stopped */
    boolean shed() throws InterruptedException {
        Optional<ContainerKeeper> longest = keepers.get().stream()
                .filter(keeper -> keeper.idle().isPositive())
                .max(Comparator.comparing(ContainerKeeper::idle));
        return longest.isPresent() && longest.get().rest();
    }

    /** Stops what was idle for long, and what was idle longest while the machine is short of memory. */
    void tend() throws InterruptedException {
        for (ContainerKeeper keeper : keepers.get()) {
            if (keeper.idle().compareTo(settings.idle()) > 0) {
                keeper.rest();
            }
        }
        if (FreeMemory.bytes() < settings.minFreeMemory() && shed()) {
            LOG.log(System.Logger.Level.WARNING, "stopped an idle sandbox: the machine is short of memory");
        }
    }
}
