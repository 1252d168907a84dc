package dev.holdpoint.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/**
 * The text of a request that is small by nature: a body beyond the limit is turned away while it comes, however it is
 * sent.
 *
 * @param text as UTF-8; empty for no body
 */
public record JsonBody(String text) {

    /** Reads bodies up to the limit. */
    @Provider
    public static final class Reader implements MessageBodyReader<JsonBody> {

        private final ApiLimits limits;

        Reader(ApiLimits limits) {
            this.limits = limits;
        }

        @Override
        public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
            return type == JsonBody.class;
        }

        @Override
        public JsonBody readFrom(
                Class<JsonBody> type,
                Type generic,
                Annotation[] annotations,
                MediaType media,
                MultivaluedMap<String, String> headers,
                InputStream body)
                throws IOException {
            byte[] bytes = body.readNBytes(limits.maxRequestBytes() + 1);
            if (bytes.length > limits.maxRequestBytes()) {
                throw new WebApplicationException(413);
            }
            return new JsonBody(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
