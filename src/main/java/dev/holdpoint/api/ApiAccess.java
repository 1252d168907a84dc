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

    private final Rule rule;

    ApiAccess(Rule rule) {
        this.rule = rule;
    }

    /**
     * Who may call.
     *
     * @param key what callers send as {@code Authorization: Bearer}; anybody may call where there is none
     * @param localOnly without a key, the service must be called by a local name: a page on the internet can give its
     *     own name this machine's address, and would then be at home here (DNS rebinding)
     */
    public record Rule(@Nullable String key, boolean localOnly) {
        @Override
        public String toString() {
            return "Rule[localOnly=" + localOnly + "]";
        }
    }

    @ServerRequestFilter(preMatching = true)
    public @Nullable Response check(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!path.startsWith("/api/")) {
            return null;
        }
        return refusal(request.getUriInfo().getBaseUri().getHost(), request.getHeaderString(HttpHeaders.AUTHORIZATION));
    }

    /**
     * @param host the name by which the service was called
     * @param authorization that header
     * @return null for whoever may come in
     */
    @Nullable
    Response refusal(@Nullable String host, @Nullable String authorization) {
        if (rule.key() == null) {
            return rule.localOnly() && !isLocal(host)
                    ? Problem.response(
                            403,
                            "forbidden",
                            "Without HOLDPOINT_API_KEY the service answers to local names only, such as 127.0.0.1.")
                    : null;
        }
        if (!isAllowed(rule.key(), authorization)) {
            return Problem.builder(401, "unauthenticated", "Send the key as Authorization: Bearer.", null)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                    .build();
        }
        return null;
    }

    /** A name without a dot can't be anybody's on the internet. */
    private static boolean isLocal(@Nullable String host) {
        return host == null || host.startsWith("127.") || host.startsWith("[") || host.indexOf('.') < 0;
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
