package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecResult;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** One command under way. */
final class BubblewrapRun implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(BubblewrapRun.class.getName());
    private static final Duration DEATH = Duration.ofSeconds(4);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int BWRAP_FAILED = 1;

    private final WaitingShell shell;
    private final Process process;
    private final long started = System.nanoTime();
    private final Pump pump;
    private volatile boolean ended;

    BubblewrapRun(WaitingShell shell, ExecOutput output) {
        this.shell = shell;
        this.process = shell.process();
        this.pump = new Pump(process, output);
    }

    /** Blocks until the end; whatever way this returns, no process of the command is left. */
    ExecResult await(Duration timeout) throws InterruptedException, SandboxUnavailable {
        boolean inTime;
        try {
            inTime = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
        if (!inTime) {
            kill();
            return result(Outcome.TIMED_OUT);
        }
        awaitDeath();
        pump.drain(DRAIN);
        return result();
    }

    /** Ends the command from outside; its result says that the sandbox was lost. */
    void end() {
        ended = true;
        kill();
    }

    @Override
    public void close() {
        shell.close();
    }

    private ExecResult result() throws SandboxUnavailable {
        BubblewrapStatus said = BubblewrapStatus.read(shell.status());
        if (ended) {
            return result(Outcome.SANDBOX_LOST);
        }
        if (said.exitCode().isPresent()) {
            return new ExecResult(Outcome.EXITED, said.exitCode().getAsInt(), duration());
        }
        if (said.firstProcess().isEmpty() || process.exitValue() == BWRAP_FAILED) {
            throw notStarted();
        }
        return result(Outcome.SANDBOX_LOST);
    }

    private SandboxUnavailable notStarted() {
        String said = pump.firstErrors().strip();
        LOG.log(System.Logger.Level.WARNING, "bubblewrap did not start a command: {0}", said);
        String line = said.lines().findFirst().orElse("no reason given");
        String reason = line.indexOf('/') >= 0 ? "the log says why" : line;
        return new SandboxUnavailable("bubblewrap can't make a sandbox: " + reason);
    }

    private ExecResult result(Outcome outcome) {
        return new ExecResult(outcome, null, duration());
    }

    private Duration duration() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** The first process of the pid namespace takes all others with it; bwrap dying would do the same a little later. */
    private void kill() {
        firstProcess().ifPresent(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        process.destroyForcibly();
        awaitDeath();
    }

    private OptionalInt firstProcess() {
        return BubblewrapStatus.read(shell.status()).firstProcess();
    }

    /** Not to be interrupted: what is promised to be dead has to be. */
    private void awaitDeath() {
        long end = System.nanoTime() + DEATH.toNanos();
        boolean interrupted = false;
        while (!dead()) {
            if (System.nanoTime() - end > 0) {
                LOG.log(System.Logger.Level.ERROR, "a killed command is still there, stuck in the kernel");
                break;
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean dead() {
        OptionalInt first = firstProcess();
        return !process.isAlive() && (first.isEmpty() || gone(first.getAsInt()));
    }

    /** A zombie counts as gone: the kernel ends all of a pid namespace before its first process becomes one. */
    private static boolean gone(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Integer.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException e) {
            return true;
        }
    }
}
