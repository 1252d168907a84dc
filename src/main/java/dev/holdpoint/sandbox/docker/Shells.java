package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The shells of one container. After a command that ended by itself there is one waiting, or about to. None is opened
 * ahead while a command runs: one that stops all processes it can, stops an exec that is just being started as well, and
 * with it the engine, which then can't even end the container.
 */
final class Shells implements AutoCloseable, Shell.Owner {

    private static final System.Logger LOG = System.getLogger(Shells.class.getName());
    private static final int MOST_WAITING = 2;
    /** A shell is free some milliseconds after its command ended, far sooner than another one could be opened. */
    private static final Duration ABOUT_TO_BE_FREE = Duration.ofMillis(30);

    private final DockerEngine engine;
    private final String container;
    private final String user;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Shell> waiting = new ArrayDeque<>();
    private final Set<Shell> busy = new HashSet<>();
    private volatile boolean opening;
    private boolean closed;

    Shells(DockerEngine engine, String container, String user) {
        this.engine = engine;
        this.container = container;
        this.user = user;
    }

    /** A shell that has the command: one that waited, else a new one. Whoever takes it starts it or closes the shell. */
    Shell take(String commandMark, String text, Duration deadline) throws EngineDown, NoShell, InterruptedException {
        for (Shell shell = poll(); shell != null; shell = poll()) {
            if (shell.has(commandMark, text)) {
                return shell;
            }
            shell.close();
        }
        Shell shell = Shell.open(engine, container, user, deadline, this);
        hold(shell);
        if (!shell.has(commandMark, text)) {
            shell.close();
            throw new NoShell();
        }
        return shell;
    }

    private @Nullable Shell poll() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = ABOUT_TO_BE_FREE.toNanos();
            while (left > 0 && waiting.isEmpty() && !busy.isEmpty()) {
                left = changed.awaitNanos(left);
            }
            Shell shell = waiting.poll();
            if (shell != null) {
                busy.add(shell);
            }
            return shell;
        } finally {
            lock.unlock();
        }
    }

    private void hold(Shell shell) {
        lock.lock();
        try {
            if (shell.isOpen()) {
                busy.add(shell);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void free(Shell shell) {
        boolean tooMany;
        lock.lock();
        try {
            busy.remove(shell);
            tooMany = closed || waiting.size() >= MOST_WAITING;
            if (!tooMany && shell.isOpen()) {
                waiting.push(shell);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (tooMany) {
            shell.close();
        }
    }

    @Override
    public void ended(Shell shell) {
        lock.lock();
        try {
            waiting.remove(shell);
            busy.remove(shell);
        } finally {
            lock.unlock();
        }
    }

    /** Not after a command that was killed or lost: what is left of it may still be about. */
    @Override
    public void held(Shell shell) {
        lock.lock();
        try {
            boolean isLast = busy.size() == 1 && busy.contains(shell);
            if (isLast && waiting.isEmpty() && !opening && !closed) {
                opening = true;
                Thread.ofVirtual().name("holdpoint-open-ahead").start(this::openAhead);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is one that waits. */
    boolean isWaiting() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Opens one. If it can't be done, the next command tries its own, and says what is wrong. */
    void openAhead() {
        try {
            free(Shell.open(engine, container, user, DockerEngine.USUAL, this));
        } catch (EngineDown | NoShell | DockerException e) {
            LOG.log(System.Logger.Level.DEBUG, "no shell could be opened ahead", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opening = false;
        }
    }

    /** Ends those that wait; a shell that runs a command isn't among them. */
    @Override
    public void close() {
        Deque<Shell> ending;
        lock.lock();
        try {
            closed = true;
            ending = new ArrayDeque<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        ending.forEach(Shell::close);
    }
}
