package dev.holdpoint.app;

import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.api.StreamGauge;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.llm.OpenAiSettings;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.ToolSettings;
import dev.holdpoint.tool.Toolbox;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs, counts and traces what turns do, from the first turn that is taken up at the start to the last one at the end. */
@Singleton
final class Telemetry {

    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
    private static final int BEFORE_WIRING = 50;
    private static final int AFTER_WIRING = 10_000;

    private final MeterRegistry registry;
    private final Settings settings;
    private @Nullable TurnFollower follower;
    private @Nullable Tracing tracing;

    Telemetry(MeterRegistry registry, Settings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    void start(
            @Observes @Priority(BEFORE_WIRING) StartupEvent event,
            Journal journal,
            Llm llm,
            AgentOrchestrator agents,
            Sandboxes sandboxes,
            StreamGauge streams) {
        gauges(agents, sandboxes, streams);
        List<TurnObserver> observers = new ArrayList<>();
        observers.add(new TurnMetrics(
                registry, Toolbox.standard(ToolSettings.defaults(), true).names()));
        observers.add(new TurnLog());
        Settings.Langfuse langfuse = settings.langfuse();
        if (langfuse != null) {
            tracing = new Tracing(new LangfuseExporter(langfuse));
            var model = new ChildSpans.Model(provider(settings.openAi()), llm.name());
            observers.add(new TurnSpans(tracing.tracer(), new ChildSpans(model, langfuse.traceContent())));
            LOG.info("traces go to {}{}", langfuse.baseUrl(), langfuse.traceContent() ? ", with what was said" : "");
        }
        UnaryOperator<String> kept = langfuse != null && langfuse.traceContent() ? SpanContent::cut : arguments -> "";
        follower = new TurnFollower(journal, observers, kept, TurnFollower.THREADS);
    }

    private void gauges(AgentOrchestrator agents, Sandboxes sandboxes, StreamGauge streams) {
        Gauge.builder("holdpoint.turns.active", agents, AgentOrchestrator::activeTurns)
                .description("Turns at work in this process")
                .register(registry);
        Gauge.builder("holdpoint.turns.waiting", agents, AgentOrchestrator::waitingTurns)
                .description("Turns in this process that wait for a person")
                .register(registry);
        Gauge.builder("holdpoint.sandboxes", sandboxes, Sandboxes::running)
                .description("Sandboxes that run")
                .register(registry);
        Gauge.builder("holdpoint.commands.running", sandboxes, all -> all.load().running())
                .description("Commands that run in sandboxes")
                .register(registry);
        Gauge.builder("holdpoint.commands.waiting", sandboxes, all -> all.load().waiting())
                .description("Commands that wait for others to end")
                .register(registry);
        Gauge.builder("holdpoint.sse.clients", streams, StreamGauge::open)
                .description("Open event streams")
                .register(registry);
    }

    /** The conventions' name where the endpoint tells, else that of the protocol. */
    static String provider(@Nullable OpenAiSettings model) {
        if (model == null) {
            return "holdpoint";
        }
        String host = String.valueOf(model.baseUrl().getHost());
        return host.endsWith("bigmodel.cn") || host.equals("z.ai") || host.endsWith(".z.ai") ? "zhipu" : "openai";
    }

    void stop(@Observes @Priority(AFTER_WIRING) ShutdownEvent event) {
        if (follower != null) {
            follower.close();
        }
        if (tracing != null) {
            tracing.close();
        }
    }
}
