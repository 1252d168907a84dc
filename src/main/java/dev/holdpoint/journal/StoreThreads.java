package dev.holdpoint.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The threads that talk to the store. An interrupt is how a turn is told to stop; on a virtual thread it would also
 * close the socket that it waits on, in the middle of a commit. So the talking is done here, where no interrupt comes,
 * and the one who asked waits for it.
 */
final class StoreThreads {

    /** How long work may wait for a free thread; the drivers' own timeouts bound the work itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor threads;

    StoreThreads(int most) {
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("holdpoint-store-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Does the work and waits for its end; an interrupt of the caller is kept for later. */
    <T> T run(Callable<T> work) {
        Job<T> job = new Job<>(work);
        threads.execute(job.task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return job.result();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Job<T> {
        private final long patience = System.nanoTime() + PATIENCE.toNanos();
        private final AtomicBoolean taken = new AtomicBoolean();
        private final FutureTask<T> task;

        Job(Callable<T> work) {
            task = new FutureTask<>(() -> {
                if (!taken.compareAndSet(false, true)) {
                    throw new JournalUnavailable("nobody waits for this any more", new SQLException("late"));
                }
                return work.call();
            });
        }

        T result() throws InterruptedException {
            try {
                if (!taken.get()) {
                    awaitStart();
                }
                return task.get();
            } catch (ExecutionException e) {
                throw unchecked(e.getCause());
            }
        }

        private void awaitStart() throws InterruptedException, ExecutionException {
            try {
                task.get(patience - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (taken.compareAndSet(false, true)) {
                    throw new JournalUnavailable("the store is too busy", e);
                }
            }
        }

        private static RuntimeException unchecked(@Nullable Throwable cause) {
            return switch (cause) {
                case SQLException e -> new JournalUnavailable("the store failed: " + e.getMessage(), e);
                case RuntimeException e -> e;
                case Error e -> throw e;
                case null, default -> new IllegalStateException(cause);
            };
        }
    }
}
