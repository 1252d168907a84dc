package dev.holdpoint.sandbox;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures one workspace while commands run in it, and as long as something that they left behind may, and stops all of
 * that when the workspace holds too much. It can't be told which of them writes.
 */
final class WorkspaceWatch {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    /** Measuring takes long on a busy machine as well, which is no reason to look away. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final Duration IDLE_PAUSE = Duration.ofSeconds(30);

    private final WorkspaceQuota quota;
    private final ScheduledExecutorService timer;
    private final LeftBehind leftBehind;
    private final Overuse overuse = new Overuse();
    private final Set<RunningCommand> commands = new HashSet<>();
    private @Nullable Future<?> next;
    /** Whether what commands left behind has to be ended, when the last of them has. */
    private boolean toEnd;

    WorkspaceWatch(WorkspaceQuota quota, ScheduledExecutorService timer, LeftBehind leftBehind) {
        this.quota = quota;
        this.timer = timer;
        this.leftBehind = leftBehind;
    }

    synchronized void begin(RunningCommand command) {
        boolean first = commands.isEmpty();
        commands.add(command);
        if (first) {
            overuse.forget();
            lookIn(FIRST);
        } else {
            overuse.renew(System.nanoTime());
        }
    }

    /**
     * It isn't stopped any more from now on. May be called again.
     *
     * @return why it was stopped; null if it wasn't
     */
    @Nullable
    String end(RunningCommand command) {
        String reason = command.end();
        if (last(command)) {
            endLeftBehind();
        }
        return reason;
    }

    private synchronized boolean last(RunningCommand command) {
        boolean wasLast = commands.remove(command) && commands.isEmpty();
        if (!wasLast) {
            return false;
        }
        boolean end = toEnd && leftBehind.isPossible();
        toEnd = false;
        lookIn(IDLE_PAUSE);
        return end;
    }

    private void lookIn(Duration pause) {
        if (next != null) {
            next.cancel(false);
        }
        next = null;
        if (!commands.isEmpty() || leftBehind.isPossible()) {
            next = timer.schedule(this::look, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        Optional<Double> beyond = quota.beyond(!isWithin());
        if (beyond.isPresent() && judge(beyond.get())) {
            endLeftBehind();
        }
        goOn();
    }

    private synchronized boolean isWithin() {
        return overuse.isWithin();
    }

    /** @return whether what was left behind has to be ended now, as no command runs that would do it at its end */
    private synchronized boolean judge(double beyond) {
        if (!overuse.isTooMuch(beyond, System.nanoTime())) {
            return false;
        }
        toEnd = !commands.isEmpty();
        commands.forEach(command -> command.stop("stopped: " + quota.says()));
        return commands.isEmpty() && leftBehind.isPossible();
    }

    private void endLeftBehind() {
        try {
            leftBehind.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void goOn() {
        Duration rest = Duration.ofNanos(quota.cost() * WorkspaceQuota.REST);
        if (commands.isEmpty()) {
            lookIn(IDLE_PAUSE);
        } else if (rest.compareTo(LONGEST_PAUSE) > 0) {
            lookIn(LONGEST_PAUSE);
        } else {
            lookIn(rest.compareTo(LEAST_PAUSE) > 0 ? rest : LEAST_PAUSE);
        }
    }
}
