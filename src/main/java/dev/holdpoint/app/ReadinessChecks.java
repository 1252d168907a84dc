package dev.holdpoint.app;

import dev.holdpoint.journal.Journal;
import dev.holdpoint.llm.Llm;
import dev.holdpoint.sandbox.Sandboxes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Says which part is not ready and what to do about it. An unreachable model makes nothing unready. */
final class ReadinessChecks {

    @Produces
    @Singleton
    @Readiness
    HealthCheck store(Journal journal, DatabasePool database) {
        return () -> part("store", Optional.of(database.name()), journal.problem());
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck sandbox(Sandboxes sandboxes) {
        return () -> part("sandbox", Optional.of(sandboxes.backend()), sandboxes.problem());
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck model(Llm llm) {
        String kind = llm.isDemo() ? llm.name() + " (built-in demo, no key is set)" : llm.name();
        return () -> part("model", Optional.of(kind), Optional.empty());
    }

    private static HealthCheckResponse part(String name, Optional<String> kind, Optional<String> problem) {
        var response = HealthCheckResponse.named(name).status(problem.isEmpty());
        kind.ifPresent(k -> response.withData("uses", k));
        problem.ifPresent(p -> response.withData("problem", p));
        return response.build();
    }
}
