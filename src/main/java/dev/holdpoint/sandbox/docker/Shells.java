package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The shells of one container. There is always one waiting, or about to; more only after commands ran side by side. */
final class Shells implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Shells.class.getName());
    private static final int MOST_WAITING = 2;

    private final DockerEngine engine;
    private final String container;
    private final String user;
    private final Deque<Shell> waiting = new ArrayDeque<>();
    private boolean opening;
    private boolean closed;

    Shells(DockerEngine engine, String container, String user) {
        this.engine = engine;
        this.container = container;
        this.user = user;
    }

    /** A shell that has the command: one that waited, else a new one. Whoever takes it starts it or closes the shell. */
    Shell take(String commandMark, String text, Duration deadline) throws EngineDown, InterruptedException {
        for (Shell shell = poll(); shell != null; shell = poll()) {
            if (shell.has(commandMark, text)) {
                return shell;
            }
            shell.close();
        }
        Shell shell = Shell.open(engine, container, user, deadline, this::giveBack);
        if (!shell.has(commandMark, text)) {
            shell.close();
            throw new EngineDown("a shell that was just opened does not answer", null);
        }
        return shell;
    }

    private synchronized @Nullable Shell poll() {
        waiting.removeIf(shell -> !shell.isOpen());
        Shell shell = waiting.poll();
        if (waiting.isEmpty()) {
            openAhead();
        }
        return shell;
    }

    private synchronized void giveBack(Shell shell) {
        if (closed || waiting.size() >= MOST_WAITING) {
            shell.close();
        } else if (shell.isOpen()) {
            waiting.push(shell);
        }
    }

    /** In the background; if it can't be done, the next command opens its own and says what is wrong. */
    synchronized void openAhead() {
        if (!opening && !closed) {
            opening = true;
            Thread.ofVirtual().name("holdpoint-open-ahead").start(this::openOne);
        }
    }

    /** Whether there is one that waits. */
    synchronized boolean isWaiting() {
        return waiting.stream().anyMatch(Shell::isOpen);
    }

    void openOne() {
        Shell shell = null;
        try {
            shell = Shell.open(engine, container, user, DockerEngine.USUAL, this::giveBack);
        } catch (EngineDown | DockerException e) {
            LOG.log(System.Logger.Level.DEBUG, "no shell could be opened ahead", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            opening = false;
            if (shell != null) {
                giveBack(shell);
            }
        }
    }

    /** Ends those that wait; a shell that runs a command isn't among them. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.forEach(Shell::close);
        waiting.clear();
    }
}
