package dev.holdpoint.sandbox.docker;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One command in a shell: carries its output, and knows what the shell said of it. */
final class ShellRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ExecOutput output;
    private final Consumer<ShellRun> whenEnded;
    private final CountDownLatch done = new CountDownLatch(1);
    private final ReentrantLock delivering = new ReentrantLock();
    private volatile boolean started;
    private volatile boolean outEnded;
    private volatile boolean errEnded;
    private volatile boolean closed;
    private volatile int code = -1;

    ShellRun(ExecOutput output, Consumer<ShellRun> whenEnded) {
        this.output = output;
        this.whenEnded = whenEnded;
    }

    void printed(Delta.Stream from, byte[] bytes) {
        if (from == Delta.Stream.STDERR ? errEnded : outEnded) {
            return; // of a background process
        }
        delivering.lock();
        try {
            if (!closed) {
                output.accept(from, bytes);
            }
        } finally {
            delivering.unlock();
        }
    }

    void heard(Delta.Stream from, String word) {
        if (word.equals("start")) {
            started = true;
        } else if (from == Delta.Stream.STDERR && word.equals("end")) {
            errEnded = true;
        } else if (from == Delta.Stream.STDOUT && word.matches("end \\d{1,3}")) {
            code = Integer.parseInt(word, 4, word.length(), 10);
            outEnded = true;
        }
        if (hasEnded()) {
            done.countDown();
            whenEnded.accept(this);
        }
    }

    /** The shell's stream ended: there is nothing more to hear. */
    void lost() {
        done.countDown();
    }

    /** Whether the shell said on both streams that it ended. */
    boolean hasEnded() {
        return outEnded && errEnded;
    }

    /** Whether the shell said that it has the whole command; if not, it may have it all the same. */
    boolean started() {
        return started;
    }

    /** As the shell said it; empty while it runs, or if the shell was lost before. */
    OptionalInt exitCode() {
        return hasEnded() ? OptionalInt.of(code) : OptionalInt.empty();
    }

    /** @return whether it ended or was lost */
    boolean await(Duration atMost) throws InterruptedException {
        return done.await(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
    }

    /** Nothing is delivered after this, unless the receiver itself is stuck. */
    @Override
    public void close() {
        boolean locked = false;
        try {
            locked = delivering.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        if (locked) {
            delivering.unlock();
        }
    }
}
