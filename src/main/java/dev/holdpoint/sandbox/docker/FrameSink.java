package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Carries what an exec prints to its receiver. That its stream ended proves nothing about the command. */
final class FrameSink implements ResultCallback<Frame> {

    private static final Duration QUIET = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ExecOutput output;
    private final CountDownLatch done = new CountDownLatch(1);
    private final ReentrantLock delivering = new ReentrantLock();
    private volatile long lastFrame = System.nanoTime();
    private volatile boolean closed;
    private volatile @Nullable Closeable stream;
    private volatile @Nullable Throwable failure;

    FrameSink(ExecOutput output) {
        this.output = output;
    }

    /** Runs on the thread that reads the stream: the one which would print a stack trace when the stream is closed. */
    @Override
    public void onStart(Closeable opened) {
        Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> done.countDown());
        stream = opened;
        if (closed) {
            closeStream();
        }
    }

    @Override
    public void onNext(Frame frame) {
        delivering.lock();
        try {
            if (!closed) {
                // The payload lies in a buffer that is used again.
                byte[] bytes = frame.getPayload().clone();
                Delta.Stream from =
                        frame.getStreamType() == StreamType.STDERR ? Delta.Stream.STDERR : Delta.Stream.STDOUT;
                output.accept(from, bytes);
            }
        } finally {
            lastFrame = System.nanoTime();
            delivering.unlock();
        }
    }

    @Override
    public void onError(Throwable throwable) {
        failure = throwable;
        done.countDown();
    }

    @Override
    public void onComplete() {
        done.countDown();
    }

    boolean await(Duration atMost) throws InterruptedException {
        return done.await(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
    }

    boolean failed() {
        return failure != null;
    }

    /** Waits for what is still on its way, but not for a background process that keeps the stream open. */
    void drain(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        lastFrame = System.nanoTime();
        while (System.nanoTime() - end < 0 && !await(Duration.ofMillis(20))) {
            if (!delivering.isLocked() && System.nanoTime() - lastFrame > QUIET.toNanos()) {
                return;
            }
        }
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
        closeStream();
    }

    private void closeStream() {
        Closeable opened = stream;
        if (opened == null || done.getCount() == 0) {
            return;
        }
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            done.countDown(); // it was to be closed, and it is
        }
    }
}
