package dev.holdpoint.api;

import dev.holdpoint.agent.StreamSettings;
import dev.holdpoint.event.ThreadId;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches how clients take their streams. One that takes nothing for too long, while something is there for it, loses
 * its connection, and with it all that was held for it; its turn goes on, and its last id leads it back.
 */
@Singleton
final class SlowReaders {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Vertx vertx;
    private final CurrentVertxRequest current;
    private final StreamSettings settings;
    private final Set<StreamReader> readers = ConcurrentHashMap.newKeySet();
    private final long timer;

    @Inject
    SlowReaders(Vertx vertx, CurrentVertxRequest current, StreamSettings settings) {
        this.vertx = vertx;
        this.current = current;
        this.settings = settings;
        this.timer = vertx.setPeriodic(LOOK.toMillis(), _ -> readers.forEach(StreamReader::look));
    }

    /** The stream that answers the current request, watched from now until it ends. */
    <T> Multi<T> watch(ThreadId thread, Multi<T> stream) {
        HttpServerRequest request = current.getCurrent().request();
        return Multi.createFrom().deferred(() -> {
            StreamReader reader = new StreamReader(thread, request, settings);
            readers.add(reader);
            return stream.onItem()
                    .invoke(reader::offered)
                    .onRequest()
                    .invoke(reader::tookAll)
                    .onTermination()
                    .invoke(() -> readers.remove(reader));
        });
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }
}
