package dev.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdpoint.agent.AgentOrchestrator;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxUnavailable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People's way to a server in a thread's sandbox: {@code /api/threads/{id}/ports/{port}/…}, any method, both bodies
 * streamed. It isn't a resource, since those read a request before they answer it.
 */
@Singleton
final class PortProxy {

    static final Duration CONNECT = Duration.ofSeconds(5);
    static final Duration IDLE = Duration.ofMinutes(5);
    /** To one server at a time; more wait for their turn, up to as many again. */
    static final int MAX_CONNECTIONS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(PortProxy.class);
    private static final String ROUTE = "/api/threads/[^/]+/ports/.*";
    private static final Pattern ADDRESS = Pattern.compile("(/api/threads/([^/]+)/ports/([^/?]+))(/[^?]*)?(\\?.*)?");

    private final AgentOrchestrator agents;
    private final ApiAccess access;
    private final PortRule rule;
    private final Problems problems;
    private final Vertx vertx;
    private final HttpClient client;

    @Inject
    PortProxy(AgentOrchestrator agents, ApiAccess access, PortRule rule, Problems problems, Vertx vertx) {
        this.agents = agents;
        this.access = access;
        this.rule = rule;
        this.problems = problems;
        this.vertx = vertx;
        // A kept connection could lead to another thread's sandbox later on: addresses are used again.
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(MAX_CONNECTIONS)
                .setMaxWaitQueueSize(MAX_CONNECTIONS)
                .setConnectTimeout((int) CONNECT.toMillis())
                .setIdleTimeout((int) IDLE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS));
    }

    void route(@Observes Router router) {
        router.routeWithRegex(ROUTE).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Matcher address = ADDRESS.matcher(request.uri());
        if (!address.matches()) {
            routing.next();
            return;
        }
        Response refusal = refusal(request);
        if (refusal != null) {
            answer(request, refusal);
            return;
        }
        String path = address.group(4);
        String query = address.group(5) == null ? "" : address.group(5);
        if (path == null) {
            redirect(request, address.group(1) + "/" + query);
            return;
        }
        request.pause();
        pass(request, address.group(2), address.group(1), address.group(3), path + query);
    }

    private @Nullable Response refusal(HttpServerRequest request) {
        String host = request.authority() == null ? null : request.authority().host();
        Response refusal = access.refusal(host, request.getHeader("Authorization"));
        if (refusal != null) {
            return refusal;
        }
        if (!rule.open()) {
            return Problem.response(
                    403, "forbidden", "Servers in sandboxes are out of reach: HOLDPOINT_SANDBOX_PORTS is off.");
        }
        String upgrade = request.getHeader("Upgrade");
        // HTTP/2 is only offered: the answer may as well come by what the request came by.
        return upgrade != null && !upgrade.equalsIgnoreCase("h2c")
                ? Problem.response(
                        501, "not_implemented", "Connections can't be upgraded, to a WebSocket for instance.")
                : null;
    }

    private static void redirect(HttpServerRequest request, String to) {
        request.response().setStatusCode(308).putHeader("Location", to).end();
    }

    private void pass(HttpServerRequest request, String id, String prefix, String number, String path) {
        server(id, number)
                .compose(server -> client.request(new RequestOptions()
                        .setHost(server.getAddress().getHostAddress())
                        .setPort(server.getPort())
                        .setMethod(request.method())
                        .setURI(path)))
                .compose(to -> send(request, to, new PortHeaders.Place(prefix, Integer.parseInt(number), path)))
                .onFailure(failure -> failed(request, failure));
    }

    /** Looks for it on a thread that may wait. */
    private Future<InetSocketAddress> server(String id, String number) {
        Context context = vertx.getOrCreateContext();
        Promise<InetSocketAddress> found = Promise.promise();
        Thread.startVirtualThread(() -> {
            try {
                ThreadId thread = ThreadViews.id(id);
                int port = port(number);
                InetSocketAddress server =
                        agents.sandboxes().inUse(thread, Duration.ZERO).server(port);
                context.runOnContext(_ -> found.complete(server));
            } catch (InterruptedException | SandboxUnavailable | RuntimeException e) {
                context.runOnContext(_ -> found.fail(e));
            }
        });
        return found.future();
    }

    private static int port(String number) {
        if (number.matches("[1-9]\\d{0,4}") && Integer.parseInt(number) <= 65_535) {
            return Integer.parseInt(number);
        }
        throw new Invalid("port", "must be a number from 1 to 65535");
    }

    private static Future<Void> send(HttpServerRequest request, HttpClientRequest to, PortHeaders.Place place) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            to.reset();
            return Future.failedFuture("the client went away while it waited");
        }
        response.closeHandler(_ -> to.reset());
        to.exceptionHandler(e -> LOG.debug("a request to a sandbox broke off", e));
        PortHeaders.request(request.headers(), to.headers(), place);
        boolean hasBody = request.headers().contains("Transfer-Encoding")
                || request.headers().contains("Content-Length");
        if (!hasBody) {
            request.resume();
            return to.send().compose(from -> receive(from, response, place));
        }
        to.setChunked(!request.headers().contains("Content-Length"));
        request.pipeTo(to).onFailure(failure -> LOG.debug("a body wasn't taken whole", failure));
        return to.response().compose(from -> receive(from, response, place));
    }

    private static Future<Void> receive(HttpClientResponse from, HttpServerResponse to, PortHeaders.Place place) {
        to.setStatusCode(from.statusCode());
        PortHeaders.answer(from.headers(), to.headers(), place);
        to.setChunked(!to.headers().contains("Content-Length"));
        return from.pipeTo(to);
    }

    private void failed(HttpServerRequest request, Throwable failure) {
        if (request.response().headWritten() || request.response().closed()) {
            LOG.debug("an answer from a sandbox broke off", failure);
            request.connection().close(); // nothing else tells the client that this isn't all
            return;
        }
        answer(
                request,
                switch (failure) {
                    case ConnectionPoolTooBusyException e -> busy(e);
                    case IOException e -> unreachable(e);
                    case VertxException e -> unreachable(e);
                    default -> problems.toResponse(failure);
                });
    }

    private static Response busy(Throwable failure) {
        LOG.debug("a server in a sandbox has enough to do", failure);
        return Problem.builder(503, "overloaded", "Too many requests to this server are under way.", null)
                .header("Retry-After", "5")
                .build();
    }

    private static Response unreachable(Throwable failure) {
        LOG.debug("a server in a sandbox can't be reached", failure);
        return Problem.response(
                502,
                "bad_gateway",
                "No HTTP server answers on this port of the sandbox. It must listen on 0.0.0.0, not on 127.0.0.1.");
    }

    private static void answer(HttpServerRequest request, Response problem) {
        HttpServerResponse response = request.response().setStatusCode(problem.getStatus());
        problem.getStringHeaders().forEach(response::putHeader);
        try {
            response.end(Wire.JSON.writeValueAsString(problem.getEntity()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        request.resume();
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
