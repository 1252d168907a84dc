package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxSettings.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * Where control groups are made: one place in the kernel's second version of them, one for each resource in the first.
 *
 * @param limits what is written into each group
 * @param counter the file that tells how many processes were ended for want of memory; empty if not here
 */
record GroupParent(Path folder, List<Limit> limits, String counter) {

    private static final Path MOUNTED = Path.of("/sys/fs/cgroup");
    private static final Path OWN = Path.of("/proc/self/cgroup");
    private static final String KILLS = "oom_kill ";
    private static final int PERIOD_MICROS = 100_000;
    /** Processes of bwrap itself, for some commands at once. */
    private static final int OWN_PROCESSES = 32;

    /** @param needed false where a kernel without swap lacks the file */
    record Limit(String file, String value, boolean needed) {}

    static List<GroupParent> find(Limits limits) throws IOException {
        String memory = Long.toString(limits.memoryBytes());
        String quota = Long.toString((long) (limits.cpus() * PERIOD_MICROS));
        Limit processes = new Limit("pids.max", Integer.toString(limits.processes() + OWN_PROCESSES), true);
        if (Files.exists(MOUNTED.resolve("cgroup.controllers"))) {
            List<Limit> all = List.of(
                    new Limit("memory.max", memory, true),
                    new Limit("memory.swap.max", "0", false),
                    processes,
                    new Limit("cpu.max", quota + " " + PERIOD_MICROS, true));
            return List.of(new GroupParent(besideOwn(), all, "memory.events"));
        }
        List<Limit> ofMemory = List.of(
                new Limit("memory.limit_in_bytes", memory, true),
                new Limit("memory.memsw.limit_in_bytes", memory, false));
        return List.of(
                new GroupParent(belowOwn("memory"), ofMemory, "memory.oom_control"),
                new GroupParent(belowOwn("pids"), List.of(processes), ""),
                new GroupParent(belowOwn("cpu"), List.of(new Limit("cpu.cfs_quota_us", quota, true)), ""));
    }

    /** A group that has processes itself can't have limited ones below it. */
    private static Path besideOwn() throws IOException {
        Path own = MOUNTED.resolve(own(""));
        return own.equals(MOUNTED) ? MOUNTED : Objects.requireNonNullElse(own.getParent(), MOUNTED);
    }

    private static Path belowOwn(String controller) throws IOException {
        Path mounted = MOUNTED.resolve(controller);
        Path own = mounted.resolve(own(controller));
        // In a container the names are the host's, and only its own part is mounted.
        return Files.isDirectory(own) ? own : mounted;
    }

    private static String own(String controller) throws IOException {
        for (String line : Files.readAllLines(OWN)) {
            String[] parts = line.split(":", 3);
            if (List.of(parts[1].split(",", -1)).contains(controller)) {
                return parts[2].substring(1);
            }
        }
        return "";
    }

    /** For one caller at a time: whoever finds a group relies on its limits. */
    Path make(String name) throws IOException {
        Path group = folder.resolve(name);
        if (!Files.isDirectory(group)) {
            Files.createDirectory(group);
            for (Limit limit : limits) {
                Path file = group.resolve(limit.file());
                if (limit.needed() || Files.exists(file)) {
                    Files.writeString(file, limit.value(), StandardOpenOption.WRITE);
                }
            }
        }
        return group;
    }

    long kills(String name) {
        if (counter.isEmpty()) {
            return 0;
        }
        try {
            return Files.readString(folder.resolve(name).resolve(counter))
                    .lines()
                    .filter(line -> line.startsWith(KILLS))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(KILLS.length()).strip()))
                    .sum();
        } catch (IOException e) {
            return 0; // there is no such group, or not any more
        }
    }
}
