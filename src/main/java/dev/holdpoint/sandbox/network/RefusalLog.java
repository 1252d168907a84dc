package dev.holdpoint.sandbox.network;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the log once for each host what sandboxes were refused; a sandbox can't fill the log with it. */
final class RefusalLog {

    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());
    private static final int MAX_HOSTS = 1_000;

    private final Set<Target> told = ConcurrentHashMap.newKeySet();

    void add(Target target, String why) {
        if (told.size() < MAX_HOSTS && told.add(target)) {
            LOG.log(System.Logger.Level.INFO, "a sandbox was refused {0}: {1}", target, why);
        }
    }
}
