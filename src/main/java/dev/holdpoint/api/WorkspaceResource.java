package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.PersonsExec;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A person's own commands in a thread's sandbox, without approval, for the caller is the approver. */
@Path("/api/threads/{id}")
@Produces(MediaType.APPLICATION_JSON)
public final class WorkspaceResource {

    private final AgentOrchestrator agents;
    private final ApiLimits limits;

    WorkspaceResource(AgentOrchestrator agents, ApiLimits limits) {
        this.agents = agents;
        this.limits = limits;
    }

    @POST
    @Path("/exec")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<ObjectNode> exec(@PathParam("id") String id, @Context HttpHeaders headers, @Nullable JsonBody body) {
        ObjectNode request = Wire.object(body, Set.of("command", "timeout_s"));
        String command = Wire.requiredText(request, "command");
        Duration timeout = timeout(request.get("timeout_s"));
        ThreadId thread = ThreadViews.id(id);
        RequestKey key = IdempotencyKey.of(headers, "exec", thread, request);
        // A command may take an hour: it waits on a thread of its own, and not on one of the few that serve requests.
        return Uni.createFrom()
                .emitter(answer -> Thread.startVirtualThread(
                        () -> answer(answer, () -> agents.exec(thread, command, timeout, key))));
    }

    private static void answer(UniEmitter<? super ObjectNode> answer, Callable<PersonsExec> command) {
        try {
            answer.complete(json(command.call()));
        } catch (Exception e) {
            answer.fail(e);
        }
    }

    private static ObjectNode json(PersonsExec result) {
        ObjectNode answer = Wire.JSON.createObjectNode().put("output", result.output());
        answer.put("exit_code", result.exitCode())
                .put("outcome", Wire.name(result.outcome()))
                .put("truncated", result.truncated())
                .put("duration_ms", result.duration().toMillis());
        return result.reason() == null ? answer : answer.put("reason", result.reason());
    }

    private Duration timeout(@Nullable JsonNode seconds) {
        if (seconds == null || seconds.isNull()) {
            return limits.execTimeout();
        }
        long most = limits.execTimeoutMax().toSeconds();
        if (!seconds.isIntegralNumber() || seconds.longValue() < 1 || seconds.longValue() > most) {
            throw new Invalid("timeout_s", "must be a number of seconds from 1 to " + most);
        }
        return Duration.ofSeconds(seconds.longValue());
    }
}
