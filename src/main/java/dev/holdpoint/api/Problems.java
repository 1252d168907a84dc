package dev.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.holdpoint.agent.Refused;
import dev.holdpoint.journal.JournalUnavailable;
import dev.holdpoint.journal.UnknownThread;
import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.Overloaded;
import dev.holdpoint.sandbox.SandboxUnavailable;
import io.vertx.core.http.HttpClosedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where what went wrong becomes an answer. */
@Provider
public final class Problems implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @Override
    public Response toResponse(Throwable problem) {
        return switch (problem) {
            case Refused e -> refused(e);
            case Invalid e -> invalid(e);
            case UnknownThread e -> unknownThread();
            case JournalUnavailable e -> journal(e);
            case Overloaded e -> overloaded(e);
            case SandboxUnavailable e -> sandbox(e);
            case FileProblem e -> file(e);
            case FormStopped e -> form(e);
            case ClientGone e -> gone(e);
            case JsonProcessingException e -> json(e);
            case WebApplicationException e -> http(e);
            case ClosedChannelException e -> gone(e);
            case HttpClosedException e -> gone(e);
            default -> bug(problem);
        };
    }

    private static Response refused(Refused e) {
        int status = switch (e.code()) {
            case INVALID_REQUEST -> 400;
            case NOT_FOUND -> 404;
            case RUN_ACTIVE, NOTHING_PENDING, ALREADY_DECIDED, DIGEST_MISMATCH, NOTHING_RUNNING, REQUEST_IN_PROGRESS ->
                409;
            case INVALID_ARGS, IDEMPOTENCY_MISMATCH -> 422;
            case OVERLOADED -> 503;
        };
        var response = Problem.builder(status, Wire.name(e.code()), String.valueOf(e.getMessage()), null);
        return e.code() == Refused.Code.OVERLOADED || e.code() == Refused.Code.REQUEST_IN_PROGRESS
                ? response.header("Retry-After", "5").build()
                : response.build();
    }

    private static Response invalid(Invalid e) {
        return Problem.response(400, "invalid_request", String.valueOf(e.getMessage()), e.field());
    }

    private static Response unknownThread() {
        return Problem.response(404, "not_found", "There is no such thread.");
    }

    private static Response journal(JournalUnavailable e) {
        LOG.warn("the store is unavailable", e);
        String detail =
                "The database can't be used right now. What was asked for may have been done all the same; with an"
                        + " Idempotency-Key it can be sent again safely.";
        return Problem.builder(503, "store_unavailable", detail, null)
                .header("Retry-After", "5")
                .build();
    }

    private static Response overloaded(Overloaded e) {
        return Problem.builder(503, "overloaded", String.valueOf(e.getMessage()), null)
                .header("Retry-After", e.retryAfter().toSeconds())
                .build();
    }

    private static Response sandbox(SandboxUnavailable e) {
        return Problem.response(503, "sandbox_unavailable", String.valueOf(e.getMessage()));
    }

    private static Response file(FileProblem e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND -> Problem.response(404, "not_found", detail);
            case TOO_LARGE -> Problem.response(413, "too_large", detail);
            case STALE -> Problem.response(412, "stale", detail);
            case READ_ONLY -> Problem.response(403, "forbidden", detail);
            case NO_SPACE -> Problem.response(503, "store_unavailable", detail);
            case INVALID_PATH, NOT_A_FILE, NOT_A_FOLDER -> Problem.response(400, "invalid_request", detail, "path");
        };
    }

    private static Response form(FormStopped e) {
        Response why = file(e.why());
        return why.getEntity() instanceof Problem problem
                ? Response.fromResponse(why).entity(problem.after(e.written())).build()
                : why;
    }

    private static Response json(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return Problem.response(
                    400, "invalid_request", unknown.getPropertyName() + ": unknown field", unknown.getPropertyName());
        }
        if (e instanceof StreamConstraintsException) {
            return Problem.response(400, "invalid_request", "The body is nested or long beyond what is accepted.");
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            String field = mapping.getPath().stream()
                    .map(r -> r.getFieldName() == null ? String.valueOf(r.getIndex()) : r.getFieldName())
                    .collect(Collectors.joining("."));
            return Problem.response(400, "invalid_request", field + ": has the wrong type or value", field);
        }
        return Problem.response(400, "invalid_request", "The body isn't valid JSON for this call.");
    }

    private static Response http(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return json(json);
        }
        int status = e.getResponse().getStatus();
        String code = switch (status) {
            case 401 -> "unauthenticated";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 406 -> "not_acceptable";
            case 413 -> "too_large";
            case 416 -> "range_not_satisfiable";
            case 415 -> "unsupported_media_type";
            default -> status < 500 ? "invalid_request" : "internal";
        };
        return Problem.response(status, code, detail(status));
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "There is nothing at this address.";
            case 405 -> "This address doesn't know that method.";
            case 413 -> "The body is larger than what is accepted.";
            case 415 -> "Send the body as application/json, and a journal as application/x-ndjson.";
            default -> "The request can't be carried out.";
        };
    }

    /** The client went away: nobody reads this answer, and nothing is wrong with the service. */
    private static Response gone(Throwable e) {
        LOG.debug("a client went away", e);
        return Problem.response(499, "client_gone", "The client went away.");
    }

    private static Response bug(Throwable e) {
        String reference = UUID.randomUUID().toString();
        LOG.error("a request failed, reference {}", reference, e);
        return Problem.response(500, "internal", "Something went wrong inside. Reference " + reference + ".");
    }
}
