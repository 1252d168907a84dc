package dev.holdpoint.sandbox.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds addresses of names, with a bound on the time and on how many are looked for at once: a look-up is a call of the
 * operating system that can't be broken off, and would hold a thread that others need.
 */
final class Lookup implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int SECONDS = 10;

    private final Outside outside;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("holdpoint-lookup-", 0).factory());

    Lookup(Outside outside) {
        this.outside = outside;
    }

    List<InetAddress> addresses(Target target) throws Refusal, InterruptedException {
        Future<List<InetAddress>> found = threads.submit(() -> outside.resolve(target.host()));
        try {
            return found.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            found.cancel(true);
            throw new Refusal(502, "The address of " + target.host() + " wasn't found in time.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                throw new Refusal(502, "There is no host " + target.host() + ".");
            }
            throw new IllegalStateException("a look-up failed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
