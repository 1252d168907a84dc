package dev.holdpoint.process;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.core.ConditionTimeoutException;

/** A process that dies, is stopped or held up, and comes back each time. */
final class Member implements AutoCloseable {

    /** What a stop may take, and some more on a busy machine. */
    private static final Duration STOP = Duration.ofSeconds(20 + 10);
    /**
     * A start fails while its database is away, and whoever looks after the process starts it again. So the bound is a time
     * that outlasts the longest outage: how often it is started meanwhile depends on how soon it gives up.
     */
    private static final Duration STARTS = Duration.ofSeconds(60);

    private final String name;
    private final Launch launch;
    private final Part part;
    private volatile Service service;

    Member(String name, Launch launch) {
        this.name = name;
        this.launch = launch;
        this.part = new Part(name);
        this.service = started(launch);
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
            service = started(launch);
        });
    }

    boolean terminate() {
        return part.begin(() -> {
            service.terminate();
            try {
                service.awaitEnd(STOP);
            } finally {
                service.close();
                service = started(launch);
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

    private static Service started(Launch launch) {
        Instant last = Instant.now().plus(STARTS);
        while (true) {
            Service begun = launch.begin();
            try {
                return begun.awaitLive();
            } catch (AssertionError | ConditionTimeoutException e) {
                begun.close();
                if (Instant.now().isAfter(last)) {
                    throw e;
                }
            }
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
