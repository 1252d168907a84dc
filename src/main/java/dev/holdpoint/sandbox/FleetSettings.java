package dev.holdpoint.sandbox;

import java.time.Duration;

/**
 * How many sandboxes there may be. All of it is for one process of the service.
 *
 * @param ready blank ones, started and waiting for a thread; 1 by default. Only Docker needs any
 * @param most that run at once, blank ones included; when one more is needed, the one that was idle longest is stopped.
 *     100 by default
 * @param commands that run at once, of all threads together; 64 by default
 * @param waiting commands that wait for their turn; more are refused. 1,000 by default
 * @param patience how long a command waits for its turn; 60 s by default
 * @param idle after which a sandbox that runs nothing is stopped; 15 min by default
 * @param minFreeMemory while the machine has less, sandboxes that run nothing are stopped, the longest idle one first;
 *     256 MiB by default, 0 to never do that
 */
public record FleetSettings(
        int ready, int most, int commands, int waiting, Duration patience, Duration idle, long minFreeMemory) {

    public static final FleetSettings DEFAULT =
            new FleetSettings(1, 100, 64, 1_000, Duration.ofSeconds(60), Duration.ofMinutes(15), 256L << 20);

    public FleetSettings {
        SandboxSettings.require(ready >= 0, "no fewer than 0 are ready");
        SandboxSettings.require(most >= 1, "at least one sandbox may run");
        SandboxSettings.require(ready < most, "fewer sandboxes are ready than may run");
        SandboxSettings.require(commands >= 1, "at least one command may run");
        SandboxSettings.require(waiting >= 0, "no fewer than 0 wait");
        SandboxSettings.require(!patience.isNegative(), "patience isn't negative");
        SandboxSettings.require(idle.isPositive(), "idle is longer than nothing");
        SandboxSettings.require(minFreeMemory >= 0, "free memory isn't negative");
    }
}
