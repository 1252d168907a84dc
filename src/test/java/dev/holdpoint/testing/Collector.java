package dev.holdpoint.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Stands in for Langfuse: takes whatever is sent to it over HTTP, and keeps it. */
public final class Collector implements AutoCloseable {

    /** A request, with its body as one char for each byte: texts in a protobuf are found as they are. */
    public record Received(String method, String path, String authorization, String contentType, String body) {}

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    public Collector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    String.valueOf(headers.getFirst("Authorization")),
                    String.valueOf(headers.getFirst("Content-Type")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on every request is answered with this. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /** All bodies, one after the other. */
    public String bodies() {
        return received.stream().map(Received::body).collect(Collectors.joining());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
