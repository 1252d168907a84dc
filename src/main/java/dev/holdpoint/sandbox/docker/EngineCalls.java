package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
        Future<T> answer = threads.submit(call);
        try {
            return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new EngineDown("the Docker engine did not answer in time: " + what, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerException answered) {
                throw answered;
            }
            throw new EngineDown("the Docker engine is out of reach: " + what, e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
