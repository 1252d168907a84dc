package dev.holdpoint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible endpoint on a port of its own that plays a script, one {@link Answer} for each request whatever its
 * path, and keeps what it was asked. When the script runs out it answers 500, and {@link #close()} throws.
 */
public final class ScriptedEndpoint implements AutoCloseable {

    private final ServerSocket server;
    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<ScriptedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger unscripted = new AtomicInteger();
    private volatile Function<ScriptedRequest, Answer> rule = this::unscripted;

    private ScriptedEndpoint(ServerSocket server) {
        this.server = server;
    }

    public static ScriptedEndpoint start() {
        try {
            ScriptedEndpoint endpoint = new ScriptedEndpoint(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("scripted-endpoint").start(endpoint::acceptAll);
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ScriptedEndpoint enqueue(Answer... answers) {
        script.addAll(List.of(answers));
        return this;
    }

    /** From here on, what the script has no answer for is answered by what is asked. */
    public ScriptedEndpoint answerBy(Function<ScriptedRequest, Answer> rule) {
        this.rule = rule;
        return this;
    }

    /** Forgets the rest of the script and what it was asked, for one that serves several tests. */
    public ScriptedEndpoint reset() {
        script.clear();
        requests.clear();
        return this;
    }

    /** What it was asked so far, in the order of arrival. */
    public List<ScriptedRequest> requests() {
        return List.copyOf(requests);
    }

    public ScriptedRequest lastRequest() {
        return requests.getLast();
    }

    /** How many connections were opened so far. */
    public int connections() {
        return connections.get();
    }

    /** How many answers are left in the script. */
    public int remaining() {
        return script.size();
    }

    /** What a client takes for its base URL. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    /** Closes it whatever it was asked. */
    void stop() {
        closeQuietly(server);
        sockets.forEach(ScriptedEndpoint::closeQuietly);
    }

    /** @throws AssertionError if there was a request that the script had no answer for */
    @Override
    public void close() {
        stop();
        if (unscripted.get() > 0) {
            throw new AssertionError("the script ran out: " + unscripted + " requests too many");
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                closeQuietly(server);
            }
        }
    }

    /** Reads while the answer is written, so that it is seen at once when the client goes away. */
    private void serve(Socket socket) {
        @Nullable ScriptedRequest request = null;
        @Nullable Thread writer = null;
        try (socket) {
            socket.setTcpNoDelay(true);
            while (!socket.isClosed()) {
                request = next(socket, request);
                requests.add(request);
                Answer answer = answer(request);
                writer = Thread.ofVirtual().start(() -> write(answer, socket));
            }
        } catch (IOException _) {
            // The client is gone, or we are: both are seen by the caller.
        } finally {
            sockets.remove(socket);
            if (writer != null) {
                writer.interrupt();
            }
        }
    }

    private static ScriptedRequest next(Socket socket, @Nullable ScriptedRequest before) throws IOException {
        try {
            return ScriptedRequest.read(socket.getInputStream());
        } catch (IOException e) {
            if (before != null) {
                before.clientHasClosed();
            }
            throw e;
        }
    }

    private Answer answer(ScriptedRequest request) {
        Answer answer = script.poll();
        return answer == null ? rule.apply(request) : answer;
    }

    private Answer unscripted(ScriptedRequest request) {
        unscripted.incrementAndGet();
        return Answer.status(500, "{\"error\":{\"message\":\"the script of the test endpoint ran out\"}}");
    }

    private static void write(Answer answer, Socket socket) {
        try {
            new AnswerWriter(answer, socket).write();
        } catch (IOException | InterruptedException _) {
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // Nothing depends on it.
        }
    }
}
