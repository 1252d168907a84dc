package dev.holdpoint.app;

import dev.holdpoint.event.Event;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Dialect;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.testing.Replica;
import dev.holdpoint.testing.Stores;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Telemetry on a real journal whose clock the test moves; what comes of it is read after {@link #close}. */
final class Looking implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    final Journal journal;
    final ThreadId thread;
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final Hands clock;
    private final Exported exported = new Exported();
    private final Tracing tracing = new Tracing(exported);
    private final TurnFollower follower;

    Looking(Path folder, boolean withContent) {
        this(folder, withContent, TurnFollower.THREADS);
    }

    Looking(Path folder, boolean withContent, int maxThreads) {
        this(new Hands(), Stores.sqlite(folder.resolve("journal.db")), ThreadId.create(), withContent, maxThreads);
    }

    private Looking(Hands clock, DataSource store, ThreadId thread, boolean withContent, int maxThreads) {
        this.clock = clock;
        this.thread = thread;
        this.journal =
                Replica.on(store, Dialect.SQLITE, clock, Duration.ofSeconds(15)).journal();
        var spans =
                new TurnSpans(tracing.tracer(), new ChildSpans(new ChildSpans.Model("openai", "asked-1"), withContent));
        var metrics = new TurnMetrics(registry, Set.of("execute", "ls"));
        this.follower = new TurnFollower(
                journal, List.of(metrics, spans), withContent ? SpanContent::cut : a -> "", maxThreads);
    }

    /** The same thread, seen by the next process. */
    Looking afterRestart(Path folder, boolean withContent) {
        close();
        return new Looking(
                clock, Stores.sqlite(folder.resolve("journal.db")), thread, withContent, TurnFollower.THREADS);
    }

    /** Appends, and a second passes. */
    void tell(Event... events) {
        tell(thread, events);
    }

    void tell(ThreadId id, Event... events) {
        List<Recorded> _ = journal.append(id, journal.lastSeq(id).orElse(0L), List.of(events));
        clock.move(Duration.ofSeconds(1));
    }

    Instant now() {
        return clock.instant();
    }

    /** Everything that was exported; ends the telemetry. */
    List<SpanData> spans() {
        close();
        return exported.spans();
    }

    SpanData span(String name) {
        return spans().stream()
                .filter(s -> s.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        follower.close();
        tracing.close();
    }

    static Instant second(int n) {
        return START.plusSeconds(n);
    }

    static Instant start(SpanData span) {
        return Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(span.getStartEpochNanos()));
    }

    static Instant end(SpanData span) {
        return Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(span.getEndEpochNanos()));
    }

    /** A text attribute; null when the span has none. */
    static @Nullable String text(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }

    private static final class Hands extends Clock {
        private Instant now = START;

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static final class Exported implements SpanExporter {
        private final List<SpanData> spans = new CopyOnWriteArrayList<>();

        List<SpanData> spans() {
            return new ArrayList<>(spans);
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> more) {
            spans.addAll(more);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
