package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecResult;
import java.time.Duration;
import java.util.Optional;

/** One command under way: waits for its end, and finds out what kind of end it was. */
final class DockerRun {

    /** How often the engine is asked whether the container is still what it was. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How often it is asked for an end that the shell can't tell any more. */
    private static final Duration BLIND_LOOK = Duration.ofMillis(100);

    private static final Duration ASKING = Duration.ofSeconds(3);
    private static final Duration ENGINE_AWAY = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofMillis(300);
    private static final int KILLED = 137;
    private static final int MOST_UNANSWERED = 3;
    /** What the engine gives out as the exit code of an exec whose connection was cut. */
    private static final int CUT = 126;

    private final DockerEngine engine;
    private final Helper helper;
    private final DockerContainer container;
    private final Shell shell;
    private final String mark;
    private final ShellRun running;
    private final long started = System.nanoTime();
    private int unanswered;

    DockerRun(
            DockerEngine engine, Helper helper, DockerContainer container, Shell shell, String mark, ShellRun running) {
        this.engine = engine;
        this.helper = helper;
        this.container = container;
        this.shell = shell;
        this.mark = mark;
        this.running = running;
    }

    /** What is known after a wait. */
    sealed interface End {
        record Known(ExecResult result) implements End {}

        /** The shell is gone, and nobody knows of the command: it is left to the caller to kill. */
        record ShellLost() implements End {}

        /** It is left to the caller to kill. */
        record TimeRanOut() implements End {}

        /** There was no process for it. */
        record NotStarted() implements End {}
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    ExecResult result(Outcome outcome) {
        return new ExecResult(outcome, null, age());
    }

    End await(Duration timeout) throws InterruptedException {
        long reached = System.nanoTime();
        while (true) {
            Duration left = timeout.minus(age());
            if (!left.isPositive()) {
                return new End.TimeRanOut();
            }
            boolean told = waitFor(shorter(left, LOOK));
            try {
                Optional<End> end = look(told, shorter(ASKING, timeout.minus(age())));
                if (end.isPresent()) {
                    return end.get();
                }
                reached = System.nanoTime();
            } catch (EngineDown e) {
                if (System.nanoTime() - reached > ENGINE_AWAY.toNanos()) {
                    return new End.Known(result(Outcome.OUTCOME_UNKNOWN));
                }
            }
        }
    }

    /** @return whether the shell said how the command ended, or can't say it any more */
    private boolean waitFor(Duration time) throws InterruptedException {
        boolean wasLost = running.await(Duration.ZERO) && !running.hasEnded();
        if (wasLost) {
            Thread.sleep(shorter(time, BLIND_LOOK));
            return true;
        }
        return running.await(time);
    }

    private static Duration shorter(Duration a, Duration b) {
        Duration shorter = a.compareTo(b) < 0 ? a : b;
        return shorter.isPositive() ? shorter : BLIND_LOOK;
    }

    /** @return how it ended, or empty while it runs */
    private Optional<End> look(boolean told, Duration deadline) throws EngineDown, InterruptedException {
        try {
            if (running.exitCode().isPresent()) {
                int code = running.exitCode().getAsInt();
                return Optional.of(new End.Known(code == KILLED ? killed(deadline) : exited(code)));
            }
            if (!alive(deadline)) {
                return Optional.of(new End.Known(lost(deadline)));
            }
            return told ? withoutShell(deadline) : Optional.empty();
        } catch (DockerException e) {
            throw new EngineDown("the Docker engine failed", e);
        }
    }

    /** The stream ended before the shell said anything, which may only mean that the connection was cut. */
    private Optional<End> withoutShell(Duration deadline) throws EngineDown, InterruptedException {
        String state = shell.ask(helper, container.id(), mark, deadline).orElse("unknown");
        unanswered = state.equals("unknown") ? unanswered + 1 : 0;
        if (unanswered >= MOST_UNANSWERED) {
            state = "gone"; // a container in which nothing can be started has to go
        }
        return switch (state) {
            case "running", "unknown" -> Optional.empty();
            case "gone" -> Optional.of(gone(deadline));
            default -> {
                int code = Integer.parseInt(state);
                yield Optional.of(new End.Known(code == KILLED ? killed(deadline) : exited(code)));
            }
        };
    }

    private End gone(Duration deadline) throws EngineDown, InterruptedException {
        if (!running.started() && endedByItself(deadline)) {
            return new End.NotStarted();
        }
        return ranOutOfMemory(deadline) ? new End.Known(result(Outcome.OOM_KILLED)) : new End.ShellLost();
    }

    /**
     * A shell that is heard to its end says that it started a command as soon as it has a process for it. If the connection
     * was cut, it may have said so without being heard, and the command isn't run again.
     */
    private boolean endedByItself(Duration deadline) throws EngineDown, InterruptedException {
        return engine.inspectExec(shell.exec(), deadline)
                .filter(exec -> Boolean.FALSE.equals(exec.isRunning()))
                .map(InspectExecResponse::getExitCodeLong)
                .filter(code -> code != CUT)
                .isPresent();
    }

    private ExecResult exited(long code) {
        return new ExecResult(Outcome.EXITED, (int) code, age());
    }

    /** Killed, but by whom: by the command itself, for want of memory, or together with the container? */
    private ExecResult killed(Duration deadline) throws EngineDown, InterruptedException {
        boolean memory = ranOutOfMemory(deadline);
        if (!alive(deadline)) {
            return lost(deadline);
        }
        return memory ? result(Outcome.OOM_KILLED) : exited(KILLED);
    }

    private boolean ranOutOfMemory(Duration deadline) throws InterruptedException {
        Optional<Long> kills = helper.oomKills(container.id(), deadline);
        if (kills.isEmpty()) {
            // Nothing can run in it any more, though the engine may need a moment to see that.
            Thread.sleep(SETTLING);
            return false;
        }
        return kills.get() > container.oomKills().getAndSet(kills.get());
    }

    private ExecResult lost(Duration deadline) throws EngineDown, InterruptedException {
        boolean memory = engine.state(container.id(), deadline)
                .map(ContainerState::getOOMKilled)
                .filter(killed -> killed)
                .isPresent();
        return result(memory ? Outcome.OOM_KILLED : Outcome.SANDBOX_LOST);
    }

    /** A paused container counts as lost: nothing in it moves, and who paused it may never let it go on. */
    private boolean alive(Duration deadline) throws EngineDown, InterruptedException {
        return engine.state(container.id(), deadline)
                .filter(state -> Boolean.TRUE.equals(state.getRunning()))
                .filter(state -> !Boolean.TRUE.equals(state.getPaused()))
                .filter(state -> container.startedAt().equals(state.getStartedAt()))
                .isPresent();
    }
}
