package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.sandbox.ProcessInfo;
import dev.holdpoint.sandbox.ProcessOutput;
import dev.holdpoint.sandbox.ThreadProcesses;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What runs in the background of a thread's sandbox, whoever started it. */
@Path("/api/threads/{id}/processes")
@Produces(MediaType.APPLICATION_JSON)
public final class ProcessesResource {

    private final AgentOrchestrator agents;

    ProcessesResource(AgentOrchestrator agents) {
        this.agents = agents;
    }

    @GET
    @Blocking
    public ObjectNode list(@PathParam("id") String id) {
        ObjectNode answer = Wire.JSON.createObjectNode();
        ArrayNode processes = answer.putArray("processes");
        processes(id).list().forEach(process -> processes.add(json(process)));
        return answer;
    }

    @GET
    @Path("/{process}")
    @Blocking
    public ObjectNode output(
            @PathParam("id") String id,
            @PathParam("process") String process,
            @QueryParam("after") @DefaultValue("0") String after) {
        ProcessOutput output = processes(id).output(process, offset(after)).orElseThrow(NotFoundException::new);
        return json(output.process())
                .put("output", output.text())
                .put("from", output.from())
                .put("next", output.next());
    }

    @DELETE
    @Path("/{process}")
    @Blocking
    public Response kill(@PathParam("id") String id, @PathParam("process") String process) throws InterruptedException {
        if (!processes(id).kill(process)) {
            throw new NotFoundException();
        }
        return Response.noContent().build();
    }

    private ThreadProcesses processes(String id) {
        return agents.sandboxes().processes(ThreadViews.id(id));
    }

    private static long offset(String after) {
        try {
            long offset = Long.parseLong(after);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new Invalid("after", "must be a number of bytes");
    }

    private static ObjectNode json(ProcessInfo process) {
        ObjectNode json = Wire.JSON
                .createObjectNode()
                .put("id", process.id())
                .put("command", process.command())
                .put("state", process.isRunning() ? "running" : "ended")
                .put("started_at", process.startedAt().toString())
                .put("output_bytes", process.outputBytes());
        if (process.outcome() != null) {
            json.put("outcome", Wire.name(process.outcome()));
        }
        if (process.exitCode() != null) {
            json.put("exit_code", process.exitCode());
        }
        if (process.reason() != null) {
            json.put("reason", process.reason());
        }
        if (process.endedAt() != null) {
            json.put("ended_at", process.endedAt().toString());
        }
        return json;
    }
}
