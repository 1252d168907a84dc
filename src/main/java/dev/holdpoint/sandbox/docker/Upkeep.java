package dev.holdpoint.sandbox.docker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks after what runs without anybody's asking: once a second, on a thread of its own. */
final class Upkeep implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final Blanks blanks;
    private @Nullable Thread thread;
    private boolean closed;

    Upkeep(Fleet fleet, Blanks blanks) {
        this.fleet = fleet;
        this.blanks = blanks;
    }

    /** From when the engine is known to answer. */
    synchronized void start() {
        if (thread == null && !closed) {
            thread = Thread.ofVirtual().name("holdpoint-upkeep").start(this::run);
        }
    }

    synchronized boolean started() {
        return thread != null;
    }

    private void run() {
        while (true) {
            try {
                blanks.tend();
                blanks.removeDiscarded();
                fleet.tend();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the upkeep of sandboxes failed; it goes on", e);
            }
            try {
                Thread.sleep(TICK);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        blanks.close();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
