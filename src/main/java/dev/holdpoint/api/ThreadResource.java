package dev.holdpoint.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.Seen;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.Journal;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** Threads: what they are, what happened in them, and their end. */
@Path("/api/threads")
@Produces(MediaType.APPLICATION_JSON)
public final class ThreadResource {

    static final int MAX_PAGE = 200;

    private final AgentOrchestrator agents;
    private final ThreadViews views;
    private final Streams streams;

    ThreadResource(AgentOrchestrator agents, ThreadViews views, Streams streams) {
        this.agents = agents;
        this.views = views;
        this.streams = streams;
    }

    @GET
    @Blocking
    public ObjectNode list(
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("search") @Nullable String search,
            @QueryParam("status") @Nullable String status) {
        if (search != null && search.length() > ThreadViews.MAX_TITLE_CHARS) {
            throw new Invalid("search", "is longer than " + ThreadViews.MAX_TITLE_CHARS + " characters");
        }
        Journal.Wanted wanted = new Journal.Wanted(
                search == null || search.isEmpty() ? null : search,
                status == null ? null : Wire.constant(Status.class, "status", status));
        Journal.Page page = page(number("limit", limit, 1, MAX_PAGE), cursor, wanted);
        ObjectNode answer = Wire.JSON.createObjectNode();
        ArrayNode threads = answer.putArray("threads");
        page.threads().forEach(listed -> views.thread(listed).ifPresent(threads::add));
        answer.put("next_cursor", page.nextCursor());
        answer.put("waiting", page.waiting());
        return answer;
    }

    private Journal.Page page(int limit, @Nullable String cursor, Journal.Wanted wanted) {
        try {
            return agents.list(limit, cursor, wanted);
        } catch (IllegalArgumentException e) {
            throw new Invalid("cursor", "isn't one that this service gave out");
        }
    }

    private static int number(String field, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new Invalid(field, "must be a number from " + least + " to " + most);
    }

    @GET
    @Path("/{id}")
    @Blocking
    public ObjectNode get(@PathParam("id") String id) {
        return views.thread(agents.thread(ThreadViews.id(id)));
    }

    @PATCH
    @Path("/{id}")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    public ObjectNode update(@PathParam("id") String id, @Nullable JsonBody body) {
        ThreadId thread = ThreadViews.id(id);
        ObjectNode request = Wire.object(body, Set.of("title", "mode", "metadata"));
        if (request.isEmpty()) {
            throw new Invalid("body", "names nothing to change: title, mode or metadata");
        }
        return views.thread(agents.update(thread, views.title(request), Wire.mode(request), views.metadata(request)));
    }

    @DELETE
    @Path("/{id}")
    @Blocking
    public Response delete(@PathParam("id") String id) {
        agents.delete(ThreadViews.id(id));
        return Response.noContent().build();
    }

    @GET
    @Path("/{id}/messages")
    @Blocking
    public ObjectNode messages(@PathParam("id") String id) {
        ObjectNode answer = Wire.JSON.createObjectNode();
        answer.set("messages", views.messages(agents.thread(ThreadViews.id(id))));
        return answer;
    }

    @POST
    @Path("/{id}/cancel")
    @Blocking
    public Response cancel(@PathParam("id") String id) {
        agents.cancel(ThreadViews.id(id));
        return Response.accepted(Wire.JSON
                        .createObjectNode()
                        .put("success", true)
                        .put("message", "The turn is being cancelled."))
                .build();
    }

    @GET
    @Path("/{id}/events")
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> events(
            @PathParam("id") String id,
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("follow") @DefaultValue("true") String follow) {
        ThreadId thread = ThreadViews.id(id);
        long end = agents.lastSeq(thread);
        boolean finite = !Wire.bool("follow", follow);
        String cursor = lastEventId == null || lastEventId.isBlank() ? after : lastEventId;
        long from = place(cursor, end);
        long start = Math.max(0, from);
        Predicate<Seen> last = finite ? seen -> reaches(seen, end) : seen -> false;
        Multi<Seen> seen = finite && start >= end ? Multi.createFrom().empty() : agents.follow(thread, start, last);
        return streams.following(thread, seen, from < 0 ? List.of(AgUi.resync()) : List.of());
    }

    private static boolean reaches(Seen seen, long seq) {
        return seen instanceof Seen.Fact(var recorded) && recorded.seq() >= seq;
    }

    /** The sequence to go on from; negative for a cursor that can't be honoured. */
    private static long place(@Nullable String cursor, long end) {
        if (cursor == null || cursor.isBlank()) {
            return 0;
        }
        try {
            long seq = Long.parseLong(cursor.trim());
            return seq <= end ? Math.max(-1, seq) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
