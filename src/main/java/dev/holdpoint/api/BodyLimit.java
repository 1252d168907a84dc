package dev.holdpoint.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stops reading a body that didn't say how long it is once it is too long. Uploads are streams with a bound of their own. */
@Provider
public final class BodyLimit implements ReaderInterceptor {

    private final ApiLimits limits;

    BodyLimit(ApiLimits limits) {
        this.limits = limits;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (!context.getType().equals(InputStream.class)) {
            int most = Math.toIntExact(limits.maxRequestBytes());
            byte[] body = context.getInputStream().readNBytes(most + 1);
            if (body.length > most) {
                throw new WebApplicationException(Response.Status.REQUEST_ENTITY_TOO_LARGE);
            }
            context.setInputStream(new ByteArrayInputStream(body));
        }
        return context.proceed();
    }
}
