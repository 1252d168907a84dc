package dev.holdpoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.agent.DecisionRequest;
import dev.holdpoint.agent.Refused;
import dev.holdpoint.agent.Seen;
import dev.holdpoint.agent.ThreadState;
import dev.holdpoint.agent.UserInput;
import dev.holdpoint.event.Event.ApprovalRequested;
import dev.holdpoint.event.Event.UserMessageAdded;
import dev.holdpoint.event.Ids;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.Status;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.SequenceConflict;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoint for AG-UI clients: one run for each request, ending at an interrupt. */
@Path("/api/agui")
public final class AgUiResource {

    private static final Logger LOG = LoggerFactory.getLogger(AgUiResource.class);

    private final AgentOrchestrator agents;
    private final Streams streams;

    AgUiResource(AgentOrchestrator agents, Streams streams) {
        this.agents = agents;
        this.streams = streams;
    }

    @POST
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> run(@Nullable JsonBody body) {
        ObjectNode input = Wire.anyObject(body);
        ThreadId id = thread(Wire.requiredText(input, "threadId"));
        String given = Wire.text(input, "runId");
        String runId = given == null || given.isBlank() ? Ids.run() : given;
        JsonNode resume = input.path("resume");
        try {
            return resume.isArray() && !resume.isEmpty() ? resume(id, runId, resume) : converse(id, runId, input);
        } catch (ProtocolViolation e) {
            return streams.of(AgUi.error("invalid_request", String.valueOf(e.getMessage())));
        }
    }

    private ThreadId thread(String value) {
        if (!ThreadId.isLegal(value)) {
            throw new Invalid("threadId", "has 1 to 128 characters of A-Z, a-z, 0-9, _ and -");
        }
        ThreadId id = new ThreadId(value);
        try {
            if (!agents.exists(id)) {
                agents.create(id, null, Mode.BUILD, Map.of(), null);
            }
        } catch (SequenceConflict e) {
            // Another request for the same new thread was faster, which is just as well.
            LOG.debug("thread {} was made by another request", id);
        }
        return id;
    }

    private Multi<OutboundSseEvent> converse(ThreadId id, String runId, ObjectNode input) {
        ThreadState state = agents.thread(id);
        if (state.status() == Status.INTERRUPTED) {
            throw new ProtocolViolation("This thread waits for decisions: answer every open interrupt with resume.");
        }
        JsonNode message = input.path("messages").path(input.path("messages").size() - 1);
        if (!message.path("role").asText().equals("user")) {
            throw new ProtocolViolation("messages: the last one must be a new message of role user.");
        }
        String messageId = message.path("id").asText(Ids.message());
        if (isKnown(state, messageId)) {
            throw new ProtocolViolation("messages: the last one was sent before; there is nothing new to answer.");
        }
        if (state.hasRun(runId)) {
            throw new ProtocolViolation("runId: this thread had a run with it before; a new run has a new id.");
        }
        String text = text(message.path("content"));
        if (text.isBlank()) {
            throw new ProtocolViolation("messages: the last one has no text.");
        }
        return streams.of(
                id, agents.chat(id, new UserInput(text, null, runId, messageId), null, AgUiResource::endsRun));
    }

    private static boolean isKnown(ThreadState state, String messageId) {
        return state.conversation().stream()
                .anyMatch(e -> e instanceof UserMessageAdded m && m.messageId().equals(messageId));
    }

    /** Content is a text, or a list of parts of which the texts count. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private Multi<OutboundSseEvent> resume(ThreadId id, String runId, JsonNode resume) {
        ThreadState before = agents.thread(id);
        List<DecisionRequest> decisions = AgUiResume.decisions(before, resume);
        try {
            agents.resume(id, decisions, runId, null);
        } catch (Refused e) {
            throw new ProtocolViolation(String.valueOf(e.getMessage()));
        }
        long from = before.pending().isEmpty() ? AgUiResume.decidedAt(before, decisions) : before.seq();
        return streams.of(id, agents.follow(id, from, AgUiResource::endsRun));
    }

    private static boolean endsRun(Seen seen) {
        return AgentOrchestrator.endsTurn(seen)
                || (seen instanceof Seen.Fact(var r) && r.event() instanceof ApprovalRequested);
    }
}
