package dev.holdpoint.journal;

import dev.holdpoint.event.ThreadId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whose turn it is to write: a thread's batches are written and shown one after the other. Nobody waits for long, since
 * the one before may be waiting for a store that is gone.
 */
final class Writers {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<ReentrantLock> locks;

    /** @param most how many may write side by side */
    Writers(int most) {
        locks = Stream.generate(() -> new ReentrantLock(true)).limit(most).toList();
    }

    /** @throws JournalUnavailable if it isn't this one's turn in time; then nothing was done */
    <T> T writing(ThreadId thread, Supplier<T> work) {
        ReentrantLock lock = locks.get(Math.floorMod(thread.hashCode(), locks.size()));
        lock(lock);
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** An interrupt is kept for later. */
    private static void lock(ReentrantLock lock) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    throw new JournalUnavailable("too many wait to write", new TimeoutException());
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
}
