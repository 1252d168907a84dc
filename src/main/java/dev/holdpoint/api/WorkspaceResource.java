package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.PersonsExec;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxUnavailable;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A person's own hands in a thread's sandbox: commands and files, without approval, for the caller is the approver. */
@Path("/api/threads/{id}")
@Produces(MediaType.APPLICATION_JSON)
public final class WorkspaceResource {

    /** More entries than this are left out, and the answer says so. */
    static final int MAX_ENTRIES = 10_000;

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

    private static void answer(UniEmitter<? super Response> answer, Callable<Response> command) {
        try {
            answer.complete(command.call());
        } catch (Exception e) {
            answer.fail(e);
        }
    }

    private Response run(ThreadId thread, String command, Duration timeout, @Nullable RequestKey key)
            throws SandboxUnavailable, InterruptedException {
        return Response.ok(json(agents.exec(thread, command, timeout, key))).build();
    }

    private Response start(ThreadId thread, String command, Optional<Duration> timeout, @Nullable RequestKey key)
            throws SandboxUnavailable, InterruptedException {
        return agents.start(thread, command, timeout, key)
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

    @GET
    @Path("/files")
    @Blocking
    public ObjectNode list(
            @PathParam("id") String id,
            @QueryParam("path") @DefaultValue("/workspace") String path,
            @QueryParam("recursive") @DefaultValue("false") String recursive)
            throws IOException {
        SandboxFiles.Listing listing = files(id).list(path, Wire.bool("recursive", recursive), MAX_ENTRIES);
        ObjectNode answer = Wire.JSON.createObjectNode();
        ArrayNode entries = answer.putArray("entries");
        for (FileEntry entry : listing.entries()) {
            entries.addObject()
                    .put("path", entry.path())
                    .put("type", Wire.name(entry.type()))
                    .put("size", entry.size())
                    .put("modified_at", entry.modifiedAt().toString());
        }
        return answer.put("truncated", listing.truncated());
    }

    @GET
    @Path("/files/content")
    @Blocking
    @Produces(MediaType.WILDCARD)
    public Response download(@PathParam("id") String id, @QueryParam("path") @Nullable String path) throws IOException {
        SandboxFiles files = files(id);
        String checked = required(path);
        FileEntry entry = files.stat(checked);
        if (entry.type() != FileEntry.Type.FILE) {
            throw new FileProblem(FileProblem.Kind.NOT_A_FILE, checked + " is not a regular file.");
        }
        InputStream content = files.read(checked);
        String name = checked.substring(checked.lastIndexOf('/') + 1);
        return Response.ok(content, MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded(name))
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .build();
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @PUT
    @Path("/files/content")
    @Blocking
    @Consumes(MediaType.WILDCARD)
    public Response upload(@PathParam("id") String id, @QueryParam("path") @Nullable String path, InputStream content)
            throws IOException {
        boolean created = filesInUse(id).write(required(path), content, limits.maxUploadBytes());
        return Response.status(created ? Response.Status.CREATED : Response.Status.NO_CONTENT)
                .build();
    }

    @DELETE
    @Path("/files/content")
    @Blocking
    public Response delete(@PathParam("id") String id, @QueryParam("path") @Nullable String path) throws IOException {
        filesInUse(id).delete(required(path));
        return Response.noContent().build();
    }

    private SandboxFiles files(String id) {
        return agents.sandbox(ThreadViews.id(id)).files();
    }

    private SandboxFiles filesInUse(String id) {
        return agents.sandboxInUse(ThreadViews.id(id), Duration.ZERO).files();
    }

    private static String required(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            throw new Invalid("path", "is required");
        }
        return path;
    }
}
