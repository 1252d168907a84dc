package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.event.ThreadId;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Histories that people go back to, keep, and take elsewhere. */
@Path("/api/threads")
@Produces(MediaType.APPLICATION_JSON)
public final class HistoryResource {

    static final String LINES = "application/x-ndjson";

    private final AgentOrchestrator agents;
    private final ThreadViews views;
    private final ApiLimits limits;

    HistoryResource(AgentOrchestrator agents, ThreadViews views, ApiLimits limits) {
        this.agents = agents;
        this.views = views;
        this.limits = limits;
    }

    @POST
    @Path("/{id}/fork")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    public ObjectNode fork(@PathParam("id") String id, @Nullable JsonBody body) throws IOException {
        ThreadId thread = ThreadViews.id(id);
        ObjectNode request = Wire.object(body, Set.of("at", "title"));
        long at = at(request.get("at"), agents.lastSeq(thread));
        return views.thread(agents.fork(thread, at, views.title(request)));
    }

    private static long at(@Nullable JsonNode at, long last) {
        if (at == null
                || !at.isIntegralNumber()
                || !at.canConvertToLong()
                || at.longValue() < 1
                || at.longValue() > last) {
            throw new Invalid("at", "must be the number of an event of this thread, from 1 to " + last);
        }
        return at.longValue();
    }

    @GET
    @Path("/{id}/export")
    @Blocking
    @Produces(LINES)
    public Response export(@PathParam("id") String id) {
        ThreadId thread = ThreadViews.id(id);
        // Before anything is sent: from then on an unknown thread could no longer be told.
        agents.lastSeq(thread);
        StreamingOutput lines = out -> agents.export(thread, out);
        return Response.ok(lines, LINES)
                .header("Content-Disposition", "attachment; filename=\"" + thread + ".ndjson\"")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .build();
    }

    @POST
    @Path("/import")
    @Blocking
    @Consumes(LINES)
    public ObjectNode load(InputStream lines) throws IOException {
        try (ImportFile file = ImportFile.take(lines, limits.maxImportBytes())) {
            return Wire.JSON
                    .createObjectNode()
                    .put("thread_id", agents.load(file.channel()).value());
        }
    }
}
