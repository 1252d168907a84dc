package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.ThreadState;
import dev.holdpoint.agent.UserInput;
import dev.holdpoint.event.Decision;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.Set;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** Hands work to an agent, and decides what it asks for: the two calls of the original service. */
@Path("/api")
public final class ChatResource {

    private final AgentOrchestrator agents;
    private final Streams streams;

    ChatResource(AgentOrchestrator agents, Streams streams) {
        this.agents = agents;
        this.streams = streams;
    }

    @POST
    @Path("/chat/{thread_id}")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> chat(
            @PathParam("thread_id") String threadId, @Context HttpHeaders headers, @Nullable JsonBody body) {
        ThreadId id = ThreadViews.id(threadId);
        ObjectNode request = Wire.object(body, Set.of("message", "mode"));
        UserInput input = UserInput.of(Wire.requiredText(request, "message"), Wire.mode(request));
        return streams.of(
                id,
                agents.chat(id, input, IdempotencyKey.of(headers, "chat", id, request), AgentOrchestrator::endsTurn));
    }

    @POST
    @Path("/resume/{thread_id}")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public ObjectNode resume(
            @PathParam("thread_id") String threadId, @Context HttpHeaders headers, @Nullable JsonBody body) {
        ThreadId id = ThreadViews.id(threadId);
        ObjectNode request = Wire.object(body, Set.of("action", "decisions"));
        if (request.has("action") == request.has("decisions")) {
            throw new Invalid("action", "give either action or decisions");
        }
        RequestKey key = IdempotencyKey.of(headers, "resume", id, request);
        ThreadState state = request.has("action")
                ? agents.resumeAll(id, action(Wire.requiredText(request, "action")), key)
                : agents.resume(id, DecisionBody.read(request.get("decisions")), Ids.run(), key);
        int pending = state.pending().size();
        String message = pending == 0 ? "Decided; the turn goes on." : "Decided; " + pending + " still pending.";
        return Wire.JSON.createObjectNode().put("success", true).put("message", message);
    }

    private static Decision action(String action) {
        return switch (action) {
            case "approve", "continue" -> Decision.approve();
            case "reject", "cancel" -> Decision.reject(null);
            default -> throw new Invalid("action", "must be approve or reject");
        };
    }
}
