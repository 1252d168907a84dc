package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Calls the engine, each call with a deadline of its own. */
final class EngineCalls implements AutoCloseable {

    /** After an engine's restart each pooled connection fails once, and there may be several. */
    private static final int ATTEMPTS = 8;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * A call that does no harm when it is made twice.
     *
     * @throws DockerException if the engine answered with an error
     * @throws EngineDown if it did not answer
     */
    <T> T repeatable(String what, Duration deadline, Callable<T> call) throws EngineDown, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return once(what, Duration.ofNanos(Math.max(1, end - System.nanoTime())), call);
            } catch (EngineDown e) {
                if (attempt == ATTEMPTS || nobodyListens(e) || System.nanoTime() - end >= 0) {
                    throw e;
                }
            }
        }
    }

    /** A connection that can't be made isn't a stale one. */
    private static boolean nobodyListens(EngineDown e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (cause instanceof ConnectException || message.contains("no such file") || message.contains("refused")) {
                return true;
            }
        }
        return false;
    }

    private <T> T once(String what, Duration deadline, Callable<T> call) throws EngineDown, InterruptedException {
        return once(what, deadline, call, late -> {});
    }

    /**
     * A call that is made once.
     *
     * @param abandon is given what comes too late for the caller
     */
    <T> T once(String what, Duration deadline, Callable<T> call, Consumer<? super T> abandon)
            throws EngineDown, InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Future<?> asked = submit(() -> ask(call, answer, abandon));
        try {
            return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(asked, answer, abandon);
            throw new EngineDown("the Docker engine did not answer in time: " + what, e);
        } catch (InterruptedException e) {
            giveUp(asked, answer, abandon);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerException answered) {
                throw answered;
            }
            throw new EngineDown("the Docker engine is out of reach: " + what, e.getCause());
        }
    }

    private Future<?> submit(Runnable call) throws EngineDown {
        try {
            return threads.submit(call);
        } catch (RejectedExecutionException e) {
            throw new EngineDown("the connections to the Docker engine are closed", e);
        }
    }

    private static <T> void ask(Callable<T> call, CompletableFuture<T> answer, Consumer<? super T> abandon) {
        try {
            T result = call.call();
            if (!answer.complete(result)) {
                abandon.accept(result);
            }
        } catch (Throwable e) { // also errors: somebody waits for them
            answer.completeExceptionally(e);
        }
    }

    private static <T> void giveUp(Future<?> asked, CompletableFuture<T> answer, Consumer<? super T> abandon) {
        if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
            abandon.accept(answer.join());
        }
        asked.cancel(true);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
