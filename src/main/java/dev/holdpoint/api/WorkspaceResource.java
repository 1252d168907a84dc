package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.PersonsExec;
import dev.holdpoint.agent.ThreadSandboxes.Command;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.sandbox.SandboxUnavailable;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
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
    public Uni<Response> exec(@PathParam("id") String id, @Context HttpHeaders headers, @Nullable JsonBody body) {
        ObjectNode request = Wire.object(body, Set.of("command", "timeout_s", "background"));
        String command = Wire.requiredText(request, "command");
        Optional<Duration> timeout = timeout(request.get("timeout_s"));
        boolean background = Wire.flag(request, "background");
        ThreadId thread = ThreadViews.id(id);
        RequestKey key = IdempotencyKey.of(headers, "exec", thread, request);
        // A command may take an hour: it waits on a thread of its own, and not on one of the few that serve requests.
        return Uni.createFrom()
                .emitter(answer -> Thread.startVirtualThread(() -> answer(
                        answer,
                        () -> background
                                ? start(thread, command, timeout, key)
                                : run(thread, command, timeout.orElse(limits.execTimeout()), key))));
    }

    @GET
    @Path("/exec")
    @Blocking
    public ObjectNode command(@PathParam("id") String id, @QueryParam("key") @Nullable String key) {
        return switch (agents.sandboxes().command(ThreadViews.id(id), required(key))) {
            case Command.Running(String printed) ->
                Wire.JSON.createObjectNode().put("running", true).put("output", printed);
            case Command.Ended(PersonsExec result) -> json(result);
        };
    }

    @DELETE
    @Path("/exec")
    @Blocking
    public Response stop(@PathParam("id") String id, @QueryParam("key") @Nullable String key) {
        agents.sandboxes().stop(ThreadViews.id(id), required(key));
        return Response.noContent().build();
    }

    private static String required(@Nullable String key) {
        if (key == null) {
            throw new Invalid("key", "must be the Idempotency-Key that the command was sent with");
        }
        return key;
    }

    private static void answer(UniEmitter<? super Response> answer, Callable<Response> command) {
        try {
            answer.complete(command.call());
        } catch (Exception e) {
            answer.fail(e);
        }
    }

    private Response run(ThreadId thread, String command, Duration timeout, @Nullable RequestKey key)
            throws SandboxUnavailable, InterruptedException {
        return Response.ok(json(agents.sandboxes().exec(thread, command, timeout, key)))
                .build();
    }

    private Response start(ThreadId thread, String command, Optional<Duration> timeout, @Nullable RequestKey key)
            throws SandboxUnavailable, InterruptedException {
        return agents.sandboxes()
                .start(thread, command, timeout, key)
                .map(process -> Response.accepted(Wire.JSON.createObjectNode().put("id", process)))
                .orElseGet(() -> Response.ok(json(PersonsExec.UNKNOWN)))
                .build();
    }

    private static ObjectNode json(PersonsExec result) {
        ObjectNode answer = Wire.JSON.createObjectNode().put("output", result.output());
        answer.put("exit_code", result.exitCode())
                .put("outcome", Wire.name(result.outcome()))
                .put("truncated", result.truncated())
                .put("duration_ms", result.duration().toMillis());
        return result.reason() == null ? answer : answer.put("reason", result.reason());
    }

    private Optional<Duration> timeout(@Nullable JsonNode seconds) {
        if (seconds == null || seconds.isNull()) {
            return Optional.empty();
        }
        long most = limits.execTimeoutMax().toSeconds();
        if (!seconds.isIntegralNumber() || seconds.longValue() < 1 || seconds.longValue() > most) {
            throw new Invalid("timeout_s", "must be a number of seconds from 1 to " + most);
        }
        return Optional.of(Duration.ofSeconds(seconds.longValue()));
    }
}
