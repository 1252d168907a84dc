package dev.holdpoint.app;

import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.StreamSettings;
import dev.holdpoint.api.ApiAccess;
import dev.holdpoint.api.ApiLimits;
import dev.holdpoint.api.Parts;
import dev.holdpoint.api.PortRule;
import dev.holdpoint.approval.ApprovalPolicy;
import dev.holdpoint.journal.Database;
import dev.holdpoint.journal.JdbcJournal;
import dev.holdpoint.journal.Journal;
import dev.holdpoint.journal.Link;
import dev.holdpoint.journal.PostgresLink;
import dev.holdpoint.journal.Replicas;
import dev.holdpoint.llm.DemoLlm;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.llm.OpenAiLlm;
import dev.holdpoint.sandbox.Processes;
import dev.holdpoint.sandbox.SandboxBackends;
import dev.holdpoint.sandbox.Sandboxes;
import dev.holdpoint.tool.Toolbox;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rooms together, in plain sight. */
@Singleton
final class Wiring {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    @Produces
    @Singleton
    Settings settings(Config config) {
        return Settings.read(key -> config.getOptionalValue(key, String.class));
    }

    @Produces
    @Singleton
    DatabasePool pool(Settings settings) throws IOException, SQLException {
        Files.createDirectories(settings.dataDir());
        DatabasePool pool = DatabasePool.open(settings.database());
        pool.migrate();
        return pool;
    }

    void closePool(@Disposes DatabasePool pool) {
        pool.close();
    }

    @Produces
    @Singleton
    Database database(DatabasePool pool) {
        return pool.database();
    }

    @Produces
    @Singleton
    Replicas replicas(Database database, Settings settings) throws IOException {
        return new Replicas(
                database, UUID.randomUUID().toString(), Installation.dataFolder(settings), settings.lease());
    }

    @Produces
    @Singleton
    Journal journal(Database database, Replicas replicas) {
        JdbcJournal journal = new JdbcJournal(database, Clock.systemUTC(), replicas.id());
        journal.completeRows();
        return journal;
    }

    @Produces
    @Singleton
    Link link(DatabasePool pool) {
        return pool.server() == null ? Link.NONE : PostgresLink.open(pool.server());
    }

    @Produces
    @Singleton
    Llm llm(Settings settings) {
        return settings.openAi() == null ? new DemoLlm() : new OpenAiLlm(settings.openAi());
    }

    void closeLlm(@Disposes Llm llm) throws Exception {
        if (llm instanceof AutoCloseable open) {
            open.close();
        }
    }

    @Produces
    @Singleton
    Sandboxes sandboxes(Settings settings, Replicas replicas) throws IOException {
        return SandboxBackends.open(Installation.name(settings, replicas));
    }

    void closeSandboxes(@Disposes Sandboxes sandboxes) {
        sandboxes.close();
    }

    @Produces
    @Singleton
    Processes processes(Settings settings) {
        return new Processes(settings.processes(), settings.sandbox().fleet(), Clock.systemUTC());
    }

    @Produces
    @Singleton
    AgentOrchestrator agents(
            Journal journal,
            Replicas replicas,
            Link link,
            Llm llm,
            Sandboxes sandboxes,
            Processes processes,
            Settings settings) {
        Toolbox toolbox =
                Toolbox.standard(settings.tools(), !sandboxes.backend().equals("none"));
        return AgentOrchestrator.of(
                journal,
                replicas,
                link,
                llm,
                sandboxes,
                processes,
                toolbox,
                new ApprovalPolicy(settings.interruptOn(), toolbox.readOnlyNames()),
                settings.agent(),
                settings.tools(),
                settings.streams(),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    ApiLimits apiLimits(Settings settings) {
        return settings.api();
    }

    @Produces
    @Singleton
    PortRule ports(Settings settings) {
        return new PortRule(settings.sandbox().network().ports());
    }

    @Produces
    @Singleton
    StreamSettings streams(Settings settings) {
        return settings.streams();
    }

    @Produces
    @Singleton
    ApiAccess.Rule access(Settings settings) {
        return settings.access();
    }

    @Produces
    @Singleton
    Parts parts(Config config, Llm llm, Sandboxes sandboxes, Journal journal, DatabasePool database) {
        return new Parts(
                config.getValue("quarkus.application.version", String.class),
                new Parts.Model(
                        llm.name(), llm.isDemo(), () -> llm.lastAsked().map(a -> new Parts.Asked(a.at(), a.failure()))),
                new Parts.Part(sandboxes.backend(), sandboxes::problem),
                new Parts.Part(database.name(), journal::problem));
    }

    void start(
            @Observes @Priority(100) StartupEvent event,
            AgentOrchestrator agents,
            Sandboxes sandboxes,
            Llm llm,
            DatabasePool database) {
        agents.recover();
        LOG.info(
                "model: {}{}; sandbox: {}; database: {}",
                llm.name(),
                llm.isDemo() ? " (built-in demo, no key is set)" : "",
                sandboxes.backend(),
                database.name());
        sandboxes.problem().ifPresent(problem -> LOG.warn("commands can't run: {}", problem));
    }

    /** Readiness is off by now; streams must end, or requests would be waited for that never do. */
    void leave(@Observes ShutdownDelayInitiatedEvent event, AgentOrchestrator agents) {
        LOG.info("stopping: streams end, and turns under way wait in the journal for the next start");
        Thread.ofVirtual().name("holdpoint-stop").start(agents::close);
    }

    void stop(@Observes ShutdownEvent event, AgentOrchestrator agents) {
        agents.close();
    }
}
