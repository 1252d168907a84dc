package dev.holdpoint.api;

import io.vertx.core.MultiMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a request a server in a sandbox gets to see, and what of its answer a browser believes. The server is the
 * agent's: it must not learn a key, and its pages come from the service's own origin without being at home there.
 */
final class PortHeaders {

    /** Of the connection, of the proxies in front of the service, or secret. */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect",
            "host",
            "authorization",
            "cookie",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-proto",
            "x-forwarded-ssl",
            "x-real-ip");

    /** All others could act on the origin, its cookies, its storage, or on a proxy in front of it. */
    private static final Set<String> BELIEVED = Set.of(
            "accept-ranges",
            "allow",
            "cache-control",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-length",
            "content-range",
            "content-type",
            "etag",
            "expires",
            "last-modified",
            "retry-after",
            "vary");

    private static final Map<String, String> OURS = Map.of(
            "Content-Security-Policy",
            "sandbox allow-scripts allow-forms",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "X-Accel-Buffering",
            "no");

    private PortHeaders() {}

    static void request(MultiMap from, MultiMap to, Place place) {
        Set<String> named = from.getAll("Connection").stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        from.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower) && !named.contains(lower)) {
                to.add(name, value);
            }
        });
        to.set("Host", "localhost:" + place.port());
        to.set("X-Forwarded-Prefix", place.prefix());
    }

    static void answer(MultiMap from, MultiMap to, Place place) {
        from.forEach((name, value) -> {
            if (BELIEVED.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
        Optional.ofNullable(from.get("Location"))
                .flatMap(place::redirect)
                .ifPresent(target -> to.set("Location", target));
        OURS.forEach(to::set);
    }

    /**
     * Where a server is, seen from a client.
     *
     * @param prefix what stands before the server's own paths, without a slash at its end
     * @param path of this request, as it was sent
     */
    record Place(String prefix, int port, String path) {

        /** @return where its redirect leads from outside; empty if it leads away from the server */
        Optional<String> redirect(String location) {
            try {
                String own = "http://localhost:" + port;
                URI to = new URI(own + path).resolve(new URI(location)).normalize();
                boolean here = Set.of("localhost", "127.0.0.1", "0.0.0.0").contains(String.valueOf(to.getHost()))
                        && "http".equals(to.getScheme())
                        && (to.getPort() < 0 ? 80 : to.getPort()) == port
                        && !to.getRawPath().startsWith("/..");
                return here
                        ? Optional.of(prefix
                                + (to.getRawPath().isEmpty() ? "/" : to.getRawPath())
                                + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery())
                                + (to.getRawFragment() == null ? "" : "#" + to.getRawFragment()))
                        : Optional.empty();
            } catch (URISyntaxException | IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
