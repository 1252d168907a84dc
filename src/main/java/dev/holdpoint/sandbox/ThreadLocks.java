package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Keeps the writers of one thread's files apart, for the moment in which they look and then replace. */
final class ThreadLocks {

    /** Threads may share one: it is held for microseconds. */
    private static final int LOCKS = 64;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

    Lock of(ThreadId thread) {
        return locks[Math.floorMod(thread.hashCode(), LOCKS)];
    }
}
