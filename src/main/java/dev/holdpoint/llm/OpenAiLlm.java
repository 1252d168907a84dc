package dev.holdpoint.llm;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ToolCall;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model behind any OpenAI-compatible endpoint. It holds a pool of connections: one instance serves all threads.
 *
 * <p>Requests are written with the types of quarkus-langchain4j; the stream is read by a small client of our own. The
 * low-level interface of the extension reads chunks into a type that has no place for an error and takes arguments as
 * strings only, fails without a chunk id, filters the end mark away and knows no idle timeout; so the rules of this
 * package can't be kept on top of it.
 */
public final class OpenAiLlm implements Llm, AutoCloseable {

    private static final Logger LOG = System.getLogger(OpenAiLlm.class.getName());

    private final OpenAiSettings settings;
    private final Backoff backoff;
    private final Refusals refusals;
    private final HttpClient client;
    private volatile @Nullable Asked lastAsked;

    public OpenAiLlm(OpenAiSettings settings) {
        this(settings, new Backoff(Backoff.DEFAULT_BASE, settings.retryAfterCap()));
    }

    OpenAiLlm(OpenAiSettings settings, Backoff backoff) {
        this.settings = settings;
        this.backoff = backoff;
        this.refusals = new Refusals(new Redaction(settings.apiKey()));
        // HTTP/1.1: to cancel is to close the connection, and plain http is not asked to upgrade.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public String name() {
        return settings.model();
    }

    @Override
    public boolean isDemo() {
        return false;
    }

    @Override
    public Optional<Asked> lastAsked() {
        return Optional.ofNullable(lastAsked);
    }

    @Override
    public Completion complete(CompletionRequest request, Consumer<Delta> onDelta)
            throws LlmException, InterruptedException {
        try {
            Completion completion = answer(request, onDelta);
            lastAsked = new Asked(Instant.now(), null);
            return completion;
        } catch (LlmException e) {
            lastAsked = new Asked(Instant.now(), e.failure());
            throw e;
        }
    }

    private Completion answer(CompletionRequest request, Consumer<Delta> onDelta)
            throws LlmException, InterruptedException {
        long started = System.nanoTime();
        HttpRequest httpRequest = httpRequest(request);
        Set<String> takenIds = callIds(request);
        for (int attempt = 0; ; attempt++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            DeltaRelay relay = new DeltaRelay(request.messageId(), onDelta, started, settings.maxAnswerBytes());
            CallAssembly calls = new CallAssembly(relay, takenIds);
            AnswerStream answer = new AnswerStream(relay, calls, refusals, settings);
            try {
                return new Attempt(answer, refusals, settings).run(client, httpRequest);
            } catch (AttemptFailed e) {
                if (!e.isPassing() || !relay.isSilent() || attempt >= settings.maxRetries()) {
                    throw new LlmException(e.failure());
                }
                pause(attempt, e);
            }
        }
    }

    /** Closes all connections; answers under way fail. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private void pause(int attempt, AttemptFailed reason) throws InterruptedException {
        Duration wait = backoff.wait(attempt, reason.retryAfter());
        LOG.log(
                Level.INFO,
                "model request is repeated in {0} ms: {1}",
                wait.toMillis(),
                reason.failure().message());
        Thread.sleep(wait);
    }

    private HttpRequest httpRequest(CompletionRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(settings.completionsUri())
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .header("User-Agent", "holdpoint")
                .POST(HttpRequest.BodyPublishers.ofByteArray(RequestJson.write(request, settings)));
        if (!settings.apiKey().isEmpty()) {
            builder.header("Authorization", "Bearer " + settings.apiKey());
        }
        return builder.build();
    }

    private static Set<String> callIds(CompletionRequest request) {
        Set<String> ids = new HashSet<>();
        for (ChatMessage message : request.messages()) {
            if (message instanceof ChatMessage.Assistant assistant) {
                assistant.calls().stream().map(ToolCall::id).forEach(ids::add);
            }
        }
        return ids;
    }
}
