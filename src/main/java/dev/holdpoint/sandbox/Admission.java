package dev.holdpoint.sandbox;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ThreadId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of commands run at once, of all threads together. The others wait: threads take turns, so that
 * one with many commands keeps nobody from their first, and within a thread who came first goes first.
 */
final class Admission {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** How often a waiting command looks whether it moved; it says so only if it did. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final int most;
    private final int mostWaiting;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    /** The thread whose turn is next comes first. Only threads with a command that waits are here. */
    private final SequencedMap<ThreadId, Deque<Waiter>> queues = new LinkedHashMap<>();

    private int running;
    private int waiting;

    Admission(FleetSettings fleet) {
        this.most = fleet.commands();
        this.mostWaiting = fleet.waiting();
        this.patience = fleet.patience();
    }

    /** The right to run one command; given back when it is closed, which may happen more than once. */
    final class Permit implements AutoCloseable {

        private final AtomicBoolean held = new AtomicBoolean(true);

        private Permit() {}

        @Override
        public void close() {
            if (held.compareAndSet(true, false)) {
                release();
            }
        }
    }

    private record Waiter(ThreadId thread, CountDownLatch admitted) {}

    /**
     * Waits until the command may run.
     *
     * @param output is told the place in the queue when there is one, and whenever it changes
     * @throws Overloaded if the queue is full, or moved too slowly
     * @throws InterruptedException if the calling thread is interrupted; nothing of it is left in the queue then
     */
    Permit enter(ThreadId thread, ExecOutput output) throws Overloaded, InterruptedException {
        Waiter waiter = new Waiter(thread, new CountDownLatch(1));
        if (!admitOrQueue(waiter)) {
            await(waiter, output);
        }
        return new Permit();
    }

    /** How many commands run now, and how many wait. */
    CommandLoad load() {
        lock.lock();
        try {
            return new CommandLoad(running, waiting);
        } finally {
            lock.unlock();
        }
    }

    /** @return whether it may run at once */
    private boolean admitOrQueue(Waiter waiter) throws Overloaded {
        lock.lock();
        try {
            if (running < most && waiting == 0) {
                running++;
                return true;
            }
            if (waiting >= mostWaiting) {
                throw new Overloaded(full() + ", and " + waiting + " wait (HOLDPOINT_SANDBOX_QUEUE)", 0, RETRY_AFTER);
            }
            queues.computeIfAbsent(waiter.thread(), id -> new ArrayDeque<>()).add(waiter);
            waiting++;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void await(Waiter waiter, ExecOutput output) throws Overloaded, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            int told = 0;
            long left = patience.toNanos();
            do {
                told = tell(waiter, told, output);
                long pause = Math.max(0, Math.min(left, LOOK.toNanos()));
                if (waiter.admitted().await(pause, TimeUnit.NANOSECONDS)) {
                    return;
                }
                left = end - System.nanoTime();
            } while (left > 0);
        } catch (InterruptedException | RuntimeException | Error e) {
            if (leave(waiter) == 0) {
                release();
            }
            throw e;
        }
        int position = leave(waiter);
        if (position > 0) {
            String reason = full() + ", and this one waited " + patience.toSeconds()
                    + " s for its turn (HOLDPOINT_SANDBOX_QUEUE_TIMEOUT)";
            throw new Overloaded(reason, position, RETRY_AFTER);
        }
    }

    private String full() {
        return most + " commands run (HOLDPOINT_SANDBOX_MAX_COMMANDS)";
    }

    /** @return the place that the waiter knows now */
    private int tell(Waiter waiter, int told, ExecOutput output) {
        int position = position(waiter);
        if (position > 0 && position != told) {
            String line = "[waiting for other commands to end: number " + position + " in the queue]\n";
            output.accept(Delta.Stream.INFO, line.getBytes(StandardCharsets.UTF_8));
        }
        return position;
    }

    /** From 1; 0 for one that doesn't wait any more. */
    private int position(Waiter waiter) {
        lock.lock();
        try {
            return positionNow(waiter);
        } finally {
            lock.unlock();
        }
    }

    /** A thread's n-th command has its turn in the n-th round, in which threads come in their order. */
    private int positionNow(Waiter waiter) {
        Deque<Waiter> own = queues.get(waiter.thread());
        int round = own == null ? -1 : own.stream().toList().indexOf(waiter);
        if (round < 0) {
            return 0;
        }
        int before = 0;
        boolean earlier = true;
        for (Map.Entry<ThreadId, Deque<Waiter>> queue : queues.entrySet()) {
            earlier &= !queue.getKey().equals(waiter.thread());
            before += Math.min(queue.getValue().size(), earlier ? round + 1 : round);
        }
        return before + 1;
    }

    /** @return the place that it gave up; 0 if it was admitted meanwhile, and has to be counted as running */
    private int leave(Waiter waiter) {
        lock.lock();
        try {
            int position = positionNow(waiter);
            if (position > 0) {
                Deque<Waiter> own = queues.get(waiter.thread());
                if (own != null && own.remove(waiter) && own.isEmpty()) {
                    queues.remove(waiter.thread());
                }
                waiting--;
            }
            return position;
        } finally {
            lock.unlock();
        }
    }

    /** Hands the right to run on to whoever is next. */
    private void release() {
        lock.lock();
        try {
            var next = queues.pollFirstEntry();
            if (next == null) {
                running--;
                return;
            }
            next.getValue().remove().admitted().countDown();
            waiting--;
            if (!next.getValue().isEmpty()) {
                queues.put(next.getKey(), next.getValue());
            }
        } finally {
            lock.unlock();
        }
    }
}
