package dev.holdpoint.llm;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the body of a response to a sink, on the thread that read it from the network and no faster than the sink takes
 * it: there is no queue. Its future ends when the sink has all it needs.
 */
final class BodyPump implements BodySubscriber<Void> {

    /** Takes bytes; called by one thread at a time, and never after the pump was stopped. */
    interface Sink {
        void read(ByteBuffer bytes) throws AttemptFailed, IOException;

        /** A network read is over. */
        default void flush() {}

        void end() throws AttemptFailed, IOException;

        /** Nothing more is needed, even if more comes. */
        boolean isDone();

        /** Only formalities are missing. */
        boolean isFinished();

        /** Nothing of it was shown yet. */
        boolean isSilent();
    }

    /** How long a connection may take to end its body after all was said, before it's given up instead of reused. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(
            1, TimeUnit.SECONDS, runnable -> Thread.ofVirtual().start(runnable));

    private final Sink sink;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile long lastReadNanos = System.nanoTime();
    private Flow.@Nullable Subscription subscription;
    private boolean stopped;
    private boolean ended;

    BodyPump(Sink sink) {
        this.sink = sink;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }

    /** For how long nothing was heard. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastReadNanos);
    }

    /** Closes the connection if it's still in use; the sink is never called again. */
    synchronized void stop() {
        stopped = true;
        if (subscription != null && !ended) {
            subscription.cancel();
        }
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        lastReadNanos = System.nanoTime();
        subscription = given;
        if (stopped) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        lastReadNanos = System.nanoTime();
        if (!stopped && !done.isDone()) {
            read(buffers);
        }
        if (subscription != null && !stopped) {
            subscription.request(1);
        }
    }

    @Override
    public synchronized void onComplete() {
        ended = true;
        if (stopped || done.isDone()) {
            return;
        }
        try {
            sink.end();
            sink.flush();
            done.complete(null);
        } catch (AttemptFailed | IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
        }
    }

    @Override
    public synchronized void onError(Throwable problem) {
        ended = true;
        done.completeExceptionally(problem);
    }

    private void read(List<ByteBuffer> buffers) {
        try {
            try {
                for (ByteBuffer buffer : buffers) {
                    sink.read(buffer);
                }
            } finally {
                sink.flush();
            }
        } catch (AttemptFailed | IOException | RuntimeException | Error e) {
            stop();
            done.completeExceptionally(e);
            return;
        }
        if (sink.isDone()) {
            done.complete(null);
            LATER.execute(this::stop);
        }
    }
}
