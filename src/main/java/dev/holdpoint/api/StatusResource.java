package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.event.Failure;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What people see of what the probes see, and always with an answer. */
@Path("/api/status")
@Produces(MediaType.APPLICATION_JSON)
public final class StatusResource {

    private final Parts parts;

    StatusResource(Parts parts) {
        this.parts = parts;
    }

    @GET
    @Blocking
    public ObjectNode status() {
        Optional<String> sandbox = parts.sandbox().problem();
        Optional<String> database = parts.database().problem();
        ObjectNode answer = Wire.JSON.createObjectNode();
        answer.put("ready", sandbox.isEmpty() && database.isEmpty());
        answer.put("version", parts.version());
        ObjectNode model = answer.putObject("model")
                .put("name", parts.model().name())
                .put("demo", parts.model().demo());
        parts.model().lastAsked().get().ifPresent(asked -> fill(model, asked));
        fill(answer.putObject("sandbox"), parts.sandbox().name(), sandbox);
        fill(answer.putObject("database"), parts.database().name(), database);
        return answer;
    }

    private static void fill(ObjectNode model, Parts.Asked asked) {
        model.put("asked_at", asked.at().truncatedTo(ChronoUnit.MILLIS).toString());
        Failure failure = asked.failure();
        if (failure != null) {
            model.putObject("failure").put("code", Wire.name(failure.code())).put("message", failure.message());
        }
    }

    private static void fill(ObjectNode part, String name, Optional<String> problem) {
        part.put("name", name).put("ready", problem.isEmpty());
        problem.ifPresent(text -> part.put("problem", text));
    }
}
