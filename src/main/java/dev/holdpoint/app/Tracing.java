package dev.holdpoint.app;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Where spans go. It is apart from the framework's own OpenTelemetry, which stays off, so that nobody else's spans (HTTP,
 * JDBC) end up there.
 */
final class Tracing implements AutoCloseable {

    private static final int QUEUE = 2_048;
    private static final int BATCH = 64;
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(15);
    private static final long FLUSH_SECONDS = 4;

    private final SdkTracerProvider provider;

    /** @param exporter must not block for long and may fail: its spans are dropped then */
    Tracing(SpanExporter exporter) {
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(
                                Attributes.of(AttributeKey.stringKey("service.name"), TurnTrace.AGENT_NAME))))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(QUEUE)
                        .setMaxExportBatchSize(BATCH)
                        .setScheduleDelay(DELAY)
                        .setExporterTimeout(EXPORT_TIMEOUT)
                        .build())
                .build();
    }

    Tracer tracer() {
        return provider.get("dev.holdpoint");
    }

    /** Sends what is there, for at most 4 s. */
    @Override
    public void close() {
        var _ = provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
}
