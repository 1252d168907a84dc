package dev.holdpoint.app;

import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to Langfuse: OTLP as protobuf over HTTP. What can't be delivered after a few tries is dropped, with one
 * warning until it works again.
 *
 * <p>It is our own because the stock exporter finds its HTTP client by service loading, which a native image lacks, and
 * logs each failure.
 */
final class LangfuseExporter implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(LangfuseExporter.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TRIES = 3;
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(429, 502, 503, 504);

    private final URI endpoint;
    private final String authorization;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final AtomicBoolean failing = new AtomicBoolean();

    LangfuseExporter(Settings.Langfuse langfuse) {
        String keys = langfuse.publicKey() + ":" + langfuse.secretKey();
        this.endpoint = URI.create(langfuse.baseUrl() + "/api/public/otel/v1/traces");
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(keys.getBytes(StandardCharsets.UTF_8));
    }

    /** Blocks for at most 14 s; the batch processor calls it on a thread of its own. */
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        Optional<String> problem = send(request(spans));
        if (problem.isPresent()) {
            failed(spans.size(), problem.get());
            return CompletableResultCode.ofFailure();
        }
        if (failing.compareAndSet(true, false)) {
            LOG.info("traces reach Langfuse again");
        }
        return CompletableResultCode.ofSuccess();
    }

    private HttpRequest request(Collection<SpanData> spans) {
        var body = new ByteArrayOutputStream();
        try {
            TraceRequestMarshaler.create(spans).writeBinaryTo(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-protobuf")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    /** @return why it didn't arrive */
    private Optional<String> send(HttpRequest request) {
        String problem = "";
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                if (attempt > 1) {
                    Thread.sleep(PAUSE);
                }
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                if (status / 100 == 2) {
                    return Optional.empty();
                }
                problem = "status " + status;
                if (!WORTH_ANOTHER_TRY.contains(status)) {
                    break;
                }
            } catch (IOException e) {
                problem = e.getClass().getSimpleName();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
        return Optional.of(problem);
    }

    private void failed(int spans, String problem) {
        if (failing.compareAndSet(false, true)) {
            LOG.warn(
                    "traces don't reach Langfuse at {}: {}. They are dropped until they do, without a further word",
                    endpoint,
                    problem);
        } else {
            LOG.debug("dropped {} spans: {}", spans, problem);
        }
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
