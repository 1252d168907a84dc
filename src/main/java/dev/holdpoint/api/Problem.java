package dev.holdpoint.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error as clients see it (RFC 9457).
 *
 * @param code stable; clients switch on it
 * @param detail for a person; no stack traces, SQL or host paths
 * @param field the request field at fault, where there is one
 * @param written the files that an upload of many had written before it stopped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        @Nullable String field,
        @Nullable List<String> written) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Response response(int status, String code, String detail) {
        return response(status, code, detail, null);
    }

    static Response response(int status, String code, String detail, @Nullable String field) {
        return builder(status, code, detail, field).build();
    }

    static Response.ResponseBuilder builder(int status, String code, String detail, @Nullable String field) {
        Response.StatusType known = Response.Status.fromStatusCode(status);
        String title = known == null ? "Error" : known.getReasonPhrase();
        return Response.status(status)
                .type(MediaType.valueOf(MEDIA_TYPE))
                // What went wrong may be right in a moment.
                .header("Cache-Control", "no-store")
                .entity(new Problem("about:blank", title, status, code, detail, field, null));
    }

    Problem after(List<String> files) {
        return new Problem(type, title, status, code, detail, field, files);
    }
}
