package dev.holdpoint.api;

import dev.holdpoint.sandbox.FileProblem;
import dev.holdpoint.sandbox.SandboxFile;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** An open file on its way to a client: all of it, a part, or only what there is to know about it. */
final class FileDownload {

    private static final int CHUNK = 64 * 1024;

    private final SandboxFile file;
    private final EntityTag tag;
    private final Date modified;
    private final HttpHeaders headers;

    FileDownload(SandboxFile file, HttpHeaders headers) {
        this.file = file;
        this.tag = new EntityTag(file.version().text());
        this.modified = Date.from(file.entry().modifiedAt());
        this.headers = headers;
    }

    /** The file is closed when the answer was sent, whatever became of it. */
    Response get(Request conditions, HttpServerRequest connection) throws IOException {
        try {
            Response.ResponseBuilder other = unless(conditions);
            if (other != null) {
                file.close();
                return other.build();
            }
            ByteRange range = ByteRange.of(range(), size());
            ByteRange part = range == null ? new ByteRange(0, size()) : range;
            Response.ResponseBuilder answer = described(range == null ? 200 : 206, part.length())
                    .entity((StreamingOutput) out -> send(part, out, connection));
            return (range == null ? answer : answer.header("Content-Range", range.of(size()))).build();
        } catch (ByteRange.Unsatisfiable e) {
            file.close();
            return Problem.builder(416, "range_not_satisfiable", "The file has " + size() + " bytes.", "Range")
                    .header("Content-Range", "bytes */" + size())
                    .build();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** All but the bytes. */
    Response head(Request conditions) throws IOException {
        try (file) {
            Response.ResponseBuilder other = unless(conditions);
            return (other == null ? described(200, size()) : other).build();
        }
    }

    private long size() {
        return file.entry().size();
    }

    /** @return null if the file is to be sent */
    private Response.@Nullable ResponseBuilder unless(Request conditions) throws FileProblem {
        Response.ResponseBuilder other = conditions.evaluatePreconditions(modified, tag);
        if (other == null) {
            return null;
        }
        Response answer = other.build();
        if (answer.getStatus() == 412) {
            throw new FileProblem(FileProblem.Kind.STALE, file.entry().path() + " was changed meanwhile");
        }
        return Response.status(answer.getStatus()).tag(tag).lastModified(modified);
    }

    /** A part of what the file was is of no use when it is another by now. */
    private @Nullable String range() {
        String only = headers.getHeaderString("If-Range");
        return only == null || only.equals(tag()) ? headers.getHeaderString("Range") : null;
    }

    private String tag() {
        return '"' + tag.getValue() + '"';
    }

    private Response.ResponseBuilder described(int status, long length) {
        String path = file.entry().path();
        return attachment(Response.status(status), path.substring(path.lastIndexOf('/') + 1))
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .header("Accept-Ranges", "bytes")
                .tag(tag)
                .lastModified(modified);
    }

    static Response.ResponseBuilder attachment(Response.ResponseBuilder answer, String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return answer.header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded)
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store");
    }

    private void send(ByteRange part, OutputStream out, HttpServerRequest connection) throws IOException {
        try (file) {
            file.skipNBytes(part.first());
            byte[] chunk = new byte[CHUNK];
            for (long left = part.length(); left > 0; ) {
                int read = file.read(chunk, 0, (int) Math.min(left, CHUNK));
                if (read < 0) {
                    throw new EOFException("the file became shorter");
                }
                out.write(chunk, 0, read);
                left -= read;
            }
        } catch (IOException e) {
            // The length is out, so only the connection can tell that this isn't all.
            connection.connection().close();
            throw new ClientGone(e);
        }
    }
}
