package dev.holdpoint.process;

import java.net.URI;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/** A process that dies, is stopped or held up, and comes back each time. */
final class Member implements AutoCloseable {

    /** What a stop may take, and some more on a busy machine. */
    private static final Duration STOP = Duration.ofSeconds(20 + 10);
    /** A start fails while its database is away, and whoever looks after the process starts it again. */
    private static final int STARTS = 10;

    private final String name;
    private final Launch launch;
    private final Part part;
    private volatile Service service;

    Member(String name, Launch launch) {
        this.name = name;
        this.launch = launch;
        this.part = new Part(name);
        this.service = started(launch, STARTS);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }

    Service service() {
        return service;
    }

    boolean kill(Duration away) {
        return part.begin(() -> {
            service.close();
            Thread.sleep(away);
            service = started(launch, STARTS);
        });
    }

    boolean terminate() {
        return part.begin(() -> {
            service.terminate();
            try {
                service.awaitEnd(STOP);
            } finally {
                service.close();
                service = started(launch, STARTS);
            }
        });
    }

    boolean pause(Duration length) {
        return part.begin(() -> {
            service.pause();
            Thread.sleep(length);
            service.unpause();
        });
    }

    void awaitRest(Duration limit) {
        part.awaitRest(limit);
    }

    private static Service started(Launch launch, int attempts) {
        Service begun = launch.begin();
        try {
            return begun.awaitLive();
        } catch (AssertionError | ConditionTimeoutException e) {
            begun.close();
            if (attempts == 1) {
                throw e;
            }
            return started(launch, attempts - 1);
        }
    }

    @Override
    public String toString() {
        return "process " + name;
    }

    @Override
    public void close() {
        service.close();
    }
}
