package dev.holdpoint.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A part of the whole to which one thing happens at a time, beside all that happens to others. */
final class Part {

    private final String name;
    private CompletableFuture<Void> under = CompletableFuture.completedFuture(null);

    Part(String name) {
        this.name = name;
    }

    /** Something to do that takes a while. */
    interface Affair {
        void run() throws InterruptedException;
    }

    /** @return false if something else happens to it already: then this doesn't */
    synchronized boolean begin(Affair affair) {
        if (!under.isDone()) {
            return false;
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        under = begun;
        Thread.ofVirtual().name(name).start(() -> finish(affair, begun));
        return true;
    }

    private static void finish(Affair affair, CompletableFuture<Void> begun) {
        try {
            affair.run();
            begun.complete(null);
        } catch (Throwable e) {
            begun.completeExceptionally(e);
        }
    }

    /** @throws AssertionError if what happened to it last went wrong, or doesn't come to an end */
    void awaitRest(Duration limit) {
        CompletableFuture<Void> last;
        synchronized (this) {
            last = under;
        }
        try {
            last.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(name, e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(name + " did not come to rest within " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
