package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernel's control groups, one for each thread, which hold memory, processes and processors of all its commands
 * together. Only root can make them, and only where they are mounted for writing. Elsewhere there are none, and limits
 * hold for each process by itself.
 */
final class ControlGroups {

    private static final System.Logger LOG = System.getLogger(ControlGroups.class.getName());
    /** Nobody is still about to use a group that is empty for so long. */
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(1);

    private static final int ATTEMPTS = 250;
    private static final long PAUSE_MILLIS = 4;

    private final List<GroupParent> parents;
    private final String prefix;
    private final Map<ThreadId, Long> killsSeen = new ConcurrentHashMap<>();

    private ControlGroups(List<GroupParent> parents, String prefix) {
        this.parents = parents;
        this.prefix = prefix;
    }

    /** Tries once for real, so that what is there later works as it did at the start. */
    static ControlGroups of(SandboxSettings settings, boolean serviceIsRoot) {
        String prefix = "holdpoint-" + settings.installation() + "-";
        ControlGroups none = new ControlGroups(List.of(), prefix);
        if (!serviceIsRoot) {
            return none;
        }
        try {
            ControlGroups all = new ControlGroups(GroupParent.find(settings.limits()), prefix);
            ThreadId nobody = ThreadId.create();
            try {
                all.make(nobody);
            } finally {
                all.remove(nobody);
            }
            all.sweep();
            return all;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, "no control groups, so limits hold for each process: {0}", e.toString());
            return none;
        }
    }

    boolean areThere() {
        return !parents.isEmpty();
    }

    /** @return the folders of the thread's group; made, with its limits, where they are missing */
    synchronized List<Path> make(ThreadId thread) throws IOException {
        List<Path> groups = new ArrayList<>();
        for (GroupParent parent : parents) {
            groups.add(parent.make(prefix + thread.value()));
        }
        return groups;
    }

    /** Whether the kernel ended one of the thread's processes for want of memory since this was asked last. */
    boolean killedForMemory(ThreadId thread) {
        long kills = parents.stream()
                .mapToLong(parent -> parent.kills(prefix + thread.value()))
                .sum();
        Long before = killsSeen.put(thread, kills);
        return kills > (before == null ? 0 : before);
    }

    /** What can't be removed, because a process of it is still about to end, goes with a later start. */
    void remove(ThreadId thread) {
        killsSeen.remove(thread);
        for (GroupParent parent : parents) {
            Path group = parent.folder().resolve(prefix + thread.value());
            for (int attempt = 0; !delete(group) && attempt < ATTEMPTS; attempt++) {
                try {
                    Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Groups with processes in them can't be deleted. */
    private static boolean delete(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "a control group is still in use", e);
            return false;
        }
    }

    private void sweep() throws IOException {
        Instant old = Instant.now().minus(LEFT_BEHIND);
        for (GroupParent parent : parents) {
            try (var groups = Files.newDirectoryStream(parent.folder(), prefix + "*")) {
                for (Path group : groups) {
                    if (Files.getLastModifiedTime(group).toInstant().isBefore(old)) {
                        delete(group);
                    }
                }
            }
        }
    }
}
