package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.sandbox.Expected;
import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFiles;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxFiles.Upload;
import dev.holdpoint.sandbox.SandboxFiles.Written;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A thread's files. Bytes go straight between the connection and the disk, on virtual threads, so that a slow client
 * holds up nobody else.
 */
@Path("/api/threads/{id}/files")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class FilesResource {

    /** More entries than this are left out, and the answer says so. */
    static final int MAX_ENTRIES = 10_000;

    private final AgentOrchestrator agents;
    private final ApiLimits limits;

    FilesResource(AgentOrchestrator agents, ApiLimits limits) {
        this.agents = agents;
        this.limits = limits;
    }

    @GET
    public ObjectNode list(
            @PathParam("id") String id,
            @QueryParam("path") @DefaultValue("/workspace") String path,
            @QueryParam("recursive") @DefaultValue("false") String recursive)
            throws IOException {
        SandboxFiles.Listing listing =
                files(id).list(RequestPath.folder(path), Wire.bool("recursive", recursive), MAX_ENTRIES);
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
    @Path("/content")
    @Produces(MediaType.WILDCARD)
    public Response download(
            @PathParam("id") String id,
            @QueryParam("path") @Nullable String path,
            @Context HttpHeaders headers,
            @Context Request conditions,
            @Context HttpServerRequest connection)
            throws IOException {
        return new FileDownload(files(id).read(RequestPath.file(path)), headers).get(conditions, connection);
    }

    @HEAD
    @Path("/content")
    @Produces(MediaType.WILDCARD)
    public Response describe(
            @PathParam("id") String id,
            @QueryParam("path") @Nullable String path,
            @Context HttpHeaders headers,
            @Context Request conditions)
            throws IOException {
        return new FileDownload(files(id).read(RequestPath.file(path)), headers).head(conditions);
    }

    @PUT
    @Path("/content")
    @Consumes(MediaType.WILDCARD)
    public Response upload(
            @PathParam("id") String id,
            @QueryParam("path") @Nullable String path,
            @Context HttpHeaders headers,
            InputStream content)
            throws IOException {
        String checked = RequestPath.file(path);
        refuseLong(headers);
        try (Upload upload = filesInUse(id).upload(checked, Preconditions.expected(headers))) {
            upload.fill(new RequestBody(content), limits.maxUploadBytes());
            Written written = upload.complete();
            return Response.status(written.created() ? Response.Status.CREATED : Response.Status.NO_CONTENT)
                    .tag(new EntityTag(written.version().text()))
                    .build();
        }
    }

    @DELETE
    @Path("/content")
    public Response delete(
            @PathParam("id") String id, @QueryParam("path") @Nullable String path, @Context HttpHeaders headers)
            throws IOException {
        filesInUse(id).delete(RequestPath.file(path), Preconditions.expected(headers));
        return Response.noContent().build();
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public ObjectNode uploadMany(
            @PathParam("id") String id,
            @QueryParam("path") @DefaultValue("/workspace") String folder,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        String boundary = headers.getMediaType().getParameters().get("boundary");
        if (boundary == null || boundary.isEmpty()) {
            throw new Invalid("Content-Type", "a form names its boundary");
        }
        Expected expected = Preconditions.expected(headers);
        if (!expected.equals(Expected.ANYTHING) && !expected.equals(Expected.NOTHING)) {
            throw new Invalid(HttpHeaders.IF_MATCH, "is for a single file");
        }
        try (FormUpload form = new FormUpload(filesInUse(id), RequestPath.folder(folder), expected, limits)) {
            return json(form.take(new RequestBody(body), boundary));
        }
    }

    private static ObjectNode json(Map<String, Written> written) {
        ObjectNode answer = Wire.JSON.createObjectNode();
        ArrayNode files = answer.putArray("files");
        written.forEach((path, file) -> files.addObject()
                .put("path", path)
                .put("created", file.created())
                .put("etag", "\"" + file.version().text() + "\""));
        return answer;
    }

    @GET
    @Path("/archive")
    @Produces(MediaType.WILDCARD)
    public Response archive(
            @PathParam("id") String id,
            @QueryParam("path") @DefaultValue("/workspace") String path,
            @Context HttpServerRequest connection)
            throws IOException {
        SandboxFiles.Archive archive = files(id).archive(RequestPath.folder(path), limits.maxArchiveBytes());
        StreamingOutput packed = out -> send(archive, out, connection);
        return FileDownload.attachment(Response.ok(packed, "application/gzip"), archive.name() + ".tar.gz")
                .build();
    }

    private static void send(SandboxFiles.Archive archive, OutputStream out, HttpServerRequest connection)
            throws IOException {
        try {
            archive.writeTo(out);
        } catch (IOException e) {
            // Headers are out, so only the connection can tell that this isn't all.
            connection.connection().close();
            throw new ClientGone(e);
        }
    }

    /** One who sends so much needn't send it to hear that it is too much. */
    private void refuseLong(HttpHeaders headers) throws FileProblem {
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > limits.maxUploadBytes()) {
            throw new FileProblem(
                    FileProblem.Kind.TOO_LARGE, "A file has at most " + limits.maxUploadBytes() + " bytes.");
        }
    }

    private SandboxFiles files(String id) {
        return agents.sandboxes().of(ThreadViews.id(id)).files();
    }

    private SandboxFiles filesInUse(String id) {
        return agents.sandboxes().inUse(ThreadViews.id(id), Duration.ZERO).files();
    }
}
