package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.Optional;

/** One command under way: waits for its end, and finds out what kind of end it was. */
final class DockerRun {

    private static final Duration FIRST_LOOK = Duration.ofMillis(100);
    private static final Duration LAST_LOOK = Duration.ofSeconds(1);
    private static final Duration ASKING = Duration.ofSeconds(3);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration ENGINE_AWAY = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofMillis(300);
    private static final int KILLED = 137;

    private final DockerEngine engine;
    private final Helper helper;
    private final DockerContainer container;
    private final String exec;
    private final long started = System.nanoTime();
    private final ExecOutput output;
    private final FrameSink sink;

    DockerRun(DockerEngine engine, Helper helper, DockerContainer container, String exec, ExecOutput output) {
        this.engine = engine;
        this.helper = helper;
        this.container = container;
        this.exec = exec;
        this.output = output;
        this.sink = new FrameSink(output);
    }

    /** What is known after a wait; a timeout leaves the killing to the caller. */
    sealed interface End {
        record Known(ExecResult result) implements End {}

        record TimeRanOut() implements End {}
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    ExecResult result(Outcome outcome) {
        return new ExecResult(outcome, null, age());
    }

    void close() {
        sink.close();
    }

    End await(Duration timeout) throws InterruptedException, SandboxUnavailable {
        output.starting();
        engine.startExec(exec, sink);
        Duration pause = FIRST_LOOK;
        long reached = System.nanoTime();
        while (true) {
            Duration left = timeout.minus(age());
            if (!left.isPositive()) {
                return new End.TimeRanOut();
            }
            sleep(left.compareTo(pause) < 0 ? left : pause);
            pause = pause.multipliedBy(2).compareTo(LAST_LOOK) < 0 ? pause.multipliedBy(2) : LAST_LOOK;
            try {
                Optional<ExecResult> end = look(shorter(ASKING, timeout.minus(age())));
                if (end.isPresent()) {
                    return new End.Known(end.get());
                }
                reached = System.nanoTime();
            } catch (EngineDown e) {
                if (System.nanoTime() - reached > ENGINE_AWAY.toNanos()) {
                    return new End.Known(result(Outcome.OUTCOME_UNKNOWN));
                }
            }
        }
    }

    /** When the stream has ended there is nothing to be woken by any more. */
    private void sleep(Duration time) throws InterruptedException {
        if (sink.await(Duration.ZERO)) {
            if (age().compareTo(FIRST_LOOK) > 0) {
                Thread.sleep(shorter(time, FIRST_LOOK));
            }
            return;
        }
        sink.await(time);
    }

    private static Duration shorter(Duration a, Duration b) {
        Duration shorter = a.compareTo(b) < 0 ? a : b;
        return shorter.compareTo(FIRST_LOOK) < 0 ? FIRST_LOOK : shorter;
    }

    /** @return how it ended, or empty while it runs */
    private Optional<ExecResult> look(Duration deadline) throws EngineDown, InterruptedException, SandboxUnavailable {
        try {
            Optional<InspectExecResponse> found = engine.inspectExec(exec, deadline);
            if (found.isEmpty()) {
                return Optional.of(lost(deadline));
            }
            Long code = found.get().getExitCodeLong();
            boolean running = Boolean.TRUE.equals(found.get().isRunning());
            if (!running && code != null) {
                sink.drain(DRAIN);
                return Optional.of(code == KILLED ? killed(deadline) : exited(code));
            }
            if (!alive(deadline)) {
                return Optional.of(lost(deadline));
            }
            if (!running && sink.failed()) {
                // Prepared, never started, and the attempt to start it is over.
                throw new SandboxUnavailable("the Docker engine could not start the command; try again");
            }
            return Optional.empty();
        } catch (DockerException e) {
            throw new EngineDown("the Docker engine failed", e);
        }
    }

    private ExecResult exited(long code) {
        return new ExecResult(Outcome.EXITED, (int) code, age());
    }

    /** Killed, but by whom: by the command itself, for want of memory, or together with the container? */
    private ExecResult killed(Duration deadline) throws EngineDown, InterruptedException {
        Optional<Long> kills = helper.oomKills(container.id(), deadline);
        if (kills.isEmpty()) {
            // Nothing can run in it any more, though the engine may need a moment to see that.
            Thread.sleep(SETTLING);
        }
        if (!alive(deadline)) {
            return lost(deadline);
        }
        if (kills.isPresent() && kills.get() > container.oomKills().getAndSet(kills.get())) {
            return result(Outcome.OOM_KILLED);
        }
        return exited(KILLED);
    }

    private ExecResult lost(Duration deadline) throws EngineDown, InterruptedException {
        boolean memory = engine.state(container.id(), deadline)
                .map(ContainerState::getOOMKilled)
                .filter(killed -> killed)
                .isPresent();
        return result(memory ? Outcome.OOM_KILLED : Outcome.SANDBOX_LOST);
    }

    private boolean alive(Duration deadline) throws EngineDown, InterruptedException {
        return engine.state(container.id(), deadline)
                .filter(state -> Boolean.TRUE.equals(state.getRunning()))
                .filter(state -> container.startedAt().equals(state.getStartedAt()))
                .isPresent();
    }
}
