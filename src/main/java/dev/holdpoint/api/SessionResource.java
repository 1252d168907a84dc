package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ThreadId;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens threads, by the name that the original service had for it. */
@Path("/api/sessions")
public final class SessionResource {

    private final AgentOrchestrator agents;
    private final ThreadViews views;

    SessionResource(AgentOrchestrator agents, ThreadViews views) {
        this.agents = agents;
        this.views = views;
    }

    @POST
    @Blocking
    public ObjectNode open(@Context HttpHeaders headers, @Nullable JsonBody body) {
        ObjectNode request = Wire.object(body, Set.of("title", "mode", "metadata"));
        Mode mode = Wire.mode(request);
        Map<String, Object> metadata = views.metadata(request);
        ThreadId id = agents.create(
                ThreadId.create(),
                views.title(request),
                mode == null ? Mode.BUILD : mode,
                metadata == null ? Map.of() : metadata,
                IdempotencyKey.of(headers, "sessions", request));
        return Wire.JSON.createObjectNode().put("thread_id", id.value());
    }
}
