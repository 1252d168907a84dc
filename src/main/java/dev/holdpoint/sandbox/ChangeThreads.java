package dev.holdpoint.sandbox;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which workspaces are compared with what was kept of them. A comparison takes memory, so there are only
 * a few at a time; and it computes without a pause, which on a virtual thread would hold up all others.
 */
final class ChangeThreads {

    static final int AT_ONCE = 2;
    static final int MOST_WAITING = 64;

    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("holdpoint-changes-", 0).factory());

    ChangeThreads() {
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Does the work when it has its turn, and waits for its end.
     *
     * @throws Overloaded if too many wait
     */
    <T> T run(Callable<T> work) throws IOException, Overloaded {
        Future<T> done = submit(work);
        try {
            return done.get();
        } catch (InterruptedException e) {
            done.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private <T> Future<T> submit(Callable<T> work) throws Overloaded {
        try {
            return threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new Overloaded(
                    AT_ONCE + " workspaces are compared, and " + MOST_WAITING + " wait for it", 0, RETRY_AFTER);
        }
    }

    private static IOException thrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }
}
