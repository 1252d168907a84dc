package dev.holdpoint.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets in who knows the key, and turns away bodies that are too large before anybody reads them. */
public final class ApiAccess {

    private final ApiKey key;
    private final ApiLimits limits;

    ApiAccess(ApiKey key, ApiLimits limits) {
        this.key = key;
        this.limits = limits;
    }

    /** The key that callers send as {@code Authorization: Bearer}; anybody may call where there is none. */
    public record ApiKey(@Nullable String value) {
        @Override
        public String toString() {
            return "ApiKey[hidden]";
        }
    }

    @ServerRequestFilter(preMatching = true)
    public @Nullable Response check(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!path.startsWith("/api/")) {
            return null;
        }
        if (key.value() != null && !isAllowed(key.value(), request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            return Problem.builder(401, "unauthenticated", "Send the key as Authorization: Bearer.", null)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                    .build();
        }
        boolean upload = path.endsWith("/files/content");
        if (!upload && length(request) > limits.maxRequestBytes()) {
            return Problem.response(
                    413, "too_large", "The body is larger than " + limits.maxRequestBytes() + " bytes.");
        }
        return null;
    }

    private static long length(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /** Compares in constant time, so that the answer's delay tells nothing about the key. */
    private static boolean isAllowed(String key, @Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return false;
        }
        byte[] given = header.substring(7).trim().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given);
    }
}
