package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** Carries a command's output to its receiver, one call at a time, as it comes. */
final class Pump {

    private static final int CHUNK = 32 * 1024;
    private static final int MAX_NOTE = 2000;

    private final ExecOutput output;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final StringBuilder firstErrors = new StringBuilder();
    private final Thread stdout;
    private final Thread stderr;

    Pump(Process process, ExecOutput output) {
        this.output = output;
        this.stdout = start(Delta.Stream.STDOUT, process.getInputStream());
        this.stderr = start(Delta.Stream.STDERR, process.getErrorStream());
    }

    /** Platform threads: reading from a pipe would hold a virtual thread's carrier. */
    private Thread start(Delta.Stream stream, InputStream from) {
        return Thread.ofPlatform().daemon().name("holdpoint-" + stream).start(() -> carry(stream, from));
    }

    private void carry(Delta.Stream stream, InputStream from) {
        byte[] chunk = new byte[CHUNK];
        try (from) {
            for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                deliver(stream, Arrays.copyOf(chunk, read));
            }
        } catch (IOException e) {
            return; // the stream was closed: there is no more to carry
        }
    }

    private void deliver(Delta.Stream stream, byte[] bytes) {
        oneAtATime.lock();
        try {
            if (stream == Delta.Stream.STDERR && firstErrors.length() < MAX_NOTE) {
                firstErrors.append(new String(bytes, StandardCharsets.UTF_8));
            }
            output.accept(stream, bytes);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** The beginning of what came on standard error. */
    String firstErrors() {
        oneAtATime.lock();
        try {
            return firstErrors.toString();
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Waits until all is delivered, which is soon when all writers are dead. */
    void drain(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        stdout.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        stderr.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
}
