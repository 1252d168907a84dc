package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.TurnChanges;
import dev.holdpoint.sandbox.Changes;
import dev.holdpoint.sandbox.Changes.Change;
import dev.holdpoint.sandbox.SandboxUnavailable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the latest turn made of the workspace. */
@Path("/api/threads/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ChangesResource {

    private final AgentOrchestrator agents;

    ChangesResource(AgentOrchestrator agents) {
        this.agents = agents;
    }

    @GET
    @Path("/changes")
    public ObjectNode changes(@PathParam("id") String id) throws IOException, SandboxUnavailable {
        Optional<TurnChanges> found = agents.sandboxes().changes(ThreadViews.id(id));
        ObjectNode answer = Wire.JSON.createObjectNode();
        answer.put("run_id", found.map(TurnChanges::runId).orElse(null));
        ArrayNode files = answer.putArray("files");
        found.map(TurnChanges::changes).map(Changes::files).orElse(List.of()).forEach(c -> files.add(json(c)));
        return answer.put("truncated", found.map(c -> c.changes().truncated()).orElse(false));
    }

    private static ObjectNode json(Change change) {
        ObjectNode file =
                Wire.JSON.createObjectNode().put("path", change.path()).put("change", Wire.name(change.kind()));
        if (change.diff() != null) {
            file.put("diff", change.diff());
        }
        if (change.reason() != null) {
            file.put("reason", Wire.name(change.reason()));
        }
        return file;
    }
}
