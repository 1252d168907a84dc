package dev.holdpoint.app;

import dev.holdpoint.api.Parts;
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
    HealthCheck store(Parts parts) {
        return () -> part("store", parts.database().name(), parts.database().problem());
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck sandbox(Parts parts) {
        return () -> part("sandbox", parts.sandbox().name(), parts.sandbox().problem());
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck model(Parts parts) {
        String name = parts.model().name();
        String kind = parts.model().demo() ? name + " (built-in demo, no key is set)" : name;
        return () -> part("model", kind, Optional.empty());
    }

    private static HealthCheckResponse part(String name, String kind, Optional<String> problem) {
        var response = HealthCheckResponse.named(name).status(problem.isEmpty()).withData("uses", kind);
        problem.ifPresent(p -> response.withData("problem", p));
        return response.build();
    }
}
