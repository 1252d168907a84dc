package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** One thread's container, seen from its commands. */
final class DockerSandbox implements Sandbox {

    private static final int ATTEMPTS = 3;
    private static final byte[] REPLACED =
            "[nothing could be started in the sandbox any more: it is replaced]\n".getBytes(StandardCharsets.UTF_8);

    private final DockerEngine engine;
    private final ContainerKeeper keeper;
    private final Helper helper;
    private final TreeKill treeKill;
    private final String image;
    private final SandboxFiles files;

    DockerSandbox(DockerEngine engine, ContainerSpec spec, ContainerKeeper keeper, Helper helper, SandboxFiles files) {
        this.engine = engine;
        this.image = spec.image();
        this.helper = helper;
        this.keeper = keeper;
        this.treeKill = new TreeKill(helper);
        this.files = files;
    }

    @Override
    public SandboxFiles files() {
        return files;
    }

    @Override
    public InetSocketAddress server(int port) throws SandboxUnavailable, InterruptedException {
        return new InetSocketAddress(keeper.address(), port);
    }

    ContainerKeeper keeper() {
        return keeper;
    }

    @Override
    public ExecResult exec(ExecRequest request, ExecOutput output) throws SandboxUnavailable, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            DockerContainer container = keeper.get(output);
            try {
                Optional<ExecResult> result = exec(container, request, output);
                if (result.isPresent()) {
                    return result.get();
                }
            } finally {
                keeper.release();
            }
        }
        throw new SandboxUnavailable("the sandbox's container is removed, or full of processes, again and again");
    }

    /** @return empty if the command certainly didn't start, and the container is given up */
    private Optional<ExecResult> exec(DockerContainer container, ExecRequest request, ExecOutput output)
            throws SandboxUnavailable, InterruptedException {
        String mark = UUID.randomUUID().toString();
        Shell shell;
        try {
            shell = container.shells().take(mark, request.command(), DockerEngine.USUAL);
        } catch (NotFoundException | ConflictException e) {
            keeper.forget(container); // somebody else removed or stopped it
            return Optional.empty();
        } catch (NoShell e) {
            replace(container, output);
            return Optional.empty();
        } catch (EngineDown e) {
            throw keeper.down(e);
        } catch (DockerException e) {
            throw new SandboxUnavailable("the Docker engine can't prepare a command in image " + image, e);
        }
        Optional<ExecResult> result = exec(container, shell, mark, request, output);
        if (result.isEmpty()) {
            replace(container, output);
        }
        return result;
    }

    private void replace(DockerContainer container, ExecOutput output) throws InterruptedException {
        output.accept(Delta.Stream.INFO, REPLACED);
        keeper.destroy(container);
    }

    private Optional<ExecResult> exec(
            DockerContainer container, Shell shell, String mark, ExecRequest request, ExecOutput output)
            throws InterruptedException {
        try {
            output.starting();
        } catch (RuntimeException e) {
            shell.close();
            throw e;
        }
        try (ShellRun running = shell.start(output)) {
            return run(container, shell, mark, running, request.timeout());
        }
    }

    private Optional<ExecResult> run(
            DockerContainer container, Shell shell, String mark, ShellRun running, Duration timeout)
            throws InterruptedException {
        DockerRun run = new DockerRun(engine, helper, container, shell, mark, running);
        try {
            return switch (run.await(timeout)) {
                case DockerRun.End.Known(ExecResult result) -> Optional.of(settle(result, container));
                case DockerRun.End.ShellLost() ->
                    Optional.of(killed(run, kill(container, shell, mark, run.age()), Outcome.SANDBOX_LOST));
                case DockerRun.End.TimeRanOut() ->
                    Optional.of(killed(run, kill(container, shell, mark, run.age()), Outcome.TIMED_OUT));
                case DockerRun.End.NotStarted() -> Optional.empty();
            };
        } catch (InterruptedException e) {
            kill(container, shell, mark, run.age());
            throw e;
        }
    }

    private static ExecResult killed(DockerRun run, boolean dead, Outcome outcome) {
        return run.result(dead ? outcome : Outcome.OUTCOME_UNKNOWN);
    }

    /** A container whose state isn't known doesn't get another command. */
    private ExecResult settle(ExecResult result, DockerContainer container) {
        if (result.outcome() == Outcome.SANDBOX_LOST || result.outcome() == Outcome.OUTCOME_UNKNOWN) {
            keeper.forget(container);
        }
        return result;
    }

    /** On a thread of its own, so that a second interrupt of the caller can't leave the tree alive. */
    private boolean kill(DockerContainer container, Shell shell, String mark, Duration age) {
        boolean[] dead = {false};
        Thread killer =
                Thread.ofVirtual().name("holdpoint-kill").start(() -> dead[0] = killNow(container, shell, mark, age));
        boolean interrupted = false;
        while (true) {
            try {
                killer.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return dead[0];
    }

    private boolean killNow(DockerContainer container, Shell shell, String mark, Duration age) {
        try (shell) {
            return treeKill.kill(container.id(), mark, shell.mark(), age) || keeper.destroy(container);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
