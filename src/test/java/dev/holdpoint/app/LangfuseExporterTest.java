package dev.holdpoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Collector;
import io.opentelemetry.api.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LangfuseExporterTest {

    private static final String SECRET = "sk-lf-very-secret";

    private final Logger logger = Logger.getLogger(LangfuseExporter.class.getName());
    private final Said said = new Said();
    private final Collector collector = new Collector();

    @BeforeEach
    void listen() {
        logger.addHandler(said);
    }

    @AfterEach
    void close() {
        logger.removeHandler(said);
        collector.close();
    }

    @Test
    void spans_arrive_where_and_as_langfuse_wants_them() {
        try (Tracing tracing = tracing(collector.baseUrl())) {
            span(tracing.tracer());
        }

        assertThat(collector.received()).hasSize(1);
        var received = collector.received().getFirst();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/api/public/otel/v1/traces");
        String keys = Base64.getEncoder().encodeToString(("pk-lf-1:" + SECRET).getBytes(StandardCharsets.UTF_8));
        assertThat(received.authorization()).isEqualTo("Basic " + keys);
        assertThat(received.contentType()).isEqualTo("application/x-protobuf");
        assertThat(received.body()).contains("a span", "service.name", "holdpoint");
    }

    @Test
    void a_stop_waits_for_what_is_left_but_not_for_ever() {
        String nobody = nobody();
        long began = System.nanoTime();

        try (Tracing tracing = tracing(nobody)) {
            for (int i = 0; i < 1_000; i++) {
                span(tracing.tracer());
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void a_collector_that_is_down_slows_nothing_and_is_reported_once() {
        var exporter = exporter(nobody());
        long began = System.nanoTime();
        try (Tracing tracing = new Tracing(exporter)) {
            for (int i = 0; i < 100_000; i++) {
                span(tracing.tracer());
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> !said.warnings().isEmpty());
        }

        assertThat(said.warnings()).hasSize(1);
        assertThat(said.warnings().getFirst()).contains("ConnectException").doesNotContain(SECRET, "Basic");
    }

    @Test
    void a_passing_failure_is_tried_again() {
        collector.answerWith(503);
        try (Tracing tracing = tracing(collector.baseUrl())) {
            span(tracing.tracer());
            Awaitility.await().until(() -> !collector.received().isEmpty());
            collector.answerWith(200);
        }

        assertThat(collector.received()).hasSizeBetween(2, 3);
        assertThat(said.warnings()).isEmpty();
    }

    @Test
    void wrong_keys_are_not_tried_again() {
        collector.answerWith(401);

        try (Tracing tracing = tracing(collector.baseUrl())) {
            span(tracing.tracer());
        }

        assertThat(collector.received()).hasSize(1);
        assertThat(said.warnings()).singleElement().asString().contains("status 401");
    }

    private static void span(Tracer tracer) {
        tracer.spanBuilder("a span").startSpan().end();
    }

    private static Tracing tracing(String baseUrl) {
        return new Tracing(exporter(baseUrl));
    }

    private static LangfuseExporter exporter(String baseUrl) {
        return new LangfuseExporter(new Settings.Langfuse("pk-lf-1", SECRET, baseUrl, false));
    }

    /** An address where nobody listens any more. */
    private static String nobody() {
        try (Collector gone = new Collector()) {
            return gone.baseUrl();
        }
    }

    private static final class Said extends Handler {
        private final List<String> warnings = new CopyOnWriteArrayList<>();

        List<String> warnings() {
            return warnings;
        }

        @Override
        public void publish(LogRecord logged) {
            if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
                Object[] arguments = logged.getParameters();
                warnings.add(logged.getMessage() + (arguments == null ? "" : " " + List.of(arguments)));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
