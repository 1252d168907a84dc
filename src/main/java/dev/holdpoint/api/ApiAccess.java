package dev.holdpoint.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets in who knows the key. */
public final class ApiAccess {

    private final ApiKey key;

    ApiAccess(ApiKey key) {
        this.key = key;
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
        return null;
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
