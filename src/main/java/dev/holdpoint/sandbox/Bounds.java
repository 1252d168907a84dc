package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Holds the commands of one backend within what the fleet and each workspace may take. */
public final class Bounds {

    private static final System.Logger LOG = System.getLogger(Bounds.class.getName());

    /** Workspaces that are measured at a time, however many there are. */
    private static final int MEASURED_AT_ONCE = 2;

    private final Workspaces workspaces;
    private final Admission admission;
    private final Map<ThreadId, BoundedSandbox> sandboxes = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            MEASURED_AT_ONCE,
            Thread.ofPlatform().daemon().name("holdpoint-quota").factory());

    public Bounds(SandboxSettings settings, Workspaces workspaces) {
        this.workspaces = workspaces;
        this.admission = new Admission(settings.fleet());
        if (!UsageCount.isPossible()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "find is not installed, so what workspaces take is not limited: apt-get install findutils");
        }
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** The thread's sandbox, held within the bounds. */
    public Sandbox around(ThreadId thread, Sandbox sandbox, LeftBehind left) {
        return sandboxes.compute(
                thread,
                (id, bounded) ->
                        bounded != null && bounded.sandbox().equals(sandbox) ? bounded : bound(id, sandbox, left));
    }

    private BoundedSandbox bound(ThreadId thread, Sandbox sandbox, LeftBehind left) {
        var watch = new WorkspaceWatch(workspaces.quota(thread), timer, left);
        return new BoundedSandbox(thread, sandbox, admission, watch);
    }

    /** The thread is no more. */
    public void forget(ThreadId thread) {
        sandboxes.remove(thread);
    }

    public CommandLoad load() {
        return admission.load();
    }
}
