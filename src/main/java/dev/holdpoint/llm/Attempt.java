package dev.holdpoint.llm;

import dev.holdpoint.event.Failure.Code;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request on the wire. The caller only waits; the answer is made on the thread that reads the network. */
final class Attempt {

    /** How often the waiting thread looks whether all is well. It sleeps otherwise, however many tokens come. */
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** How long an endpoint that has finished its answer may be silent, before the answer is taken as it is. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final AnswerStream answer;
    private final Refusals refusals;
    private final OpenAiSettings settings;
    private final ErrorBody error = new ErrorBody();
    private final long sentNanos = System.nanoTime();
    private volatile @Nullable BodyPump pump;
    private volatile boolean stopped;

    Attempt(AnswerStream answer, Refusals refusals, OpenAiSettings settings) {
        this.answer = answer;
        this.refusals = refusals;
        this.settings = settings;
    }

    Completion run(HttpClient client, HttpRequest request) throws AttemptFailed, InterruptedException {
        CompletableFuture<HttpResponse<Void>> response = client.sendAsync(request, this::choose);
        boolean whole = false;
        try {
            HttpResponse<Void> head = await(response);
            if (head != null
                    && !isStream(
                            head.statusCode(),
                            head.headers().firstValue("Content-Type").orElse(""))) {
                throw refused(head);
            }
            whole = head != null;
            return answer.completion();
        } catch (ExecutionException e) {
            throw broken(e);
        } finally {
            if (!whole) {
                stop(response);
            }
        }
    }

    /** Null if the answer is finished, though its stream isn't at an end. */
    private @Nullable HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> response)
            throws AttemptFailed, ExecutionException, InterruptedException {
        while (true) {
            Duration limit =
                    answer.isFinished() && GRACE.compareTo(settings.idleTimeout()) < 0 ? GRACE : settings.idleTimeout();
            Duration left = limit.minus(silence());
            if (!left.isPositive()) {
                stop(response);
                if (answer.isFinished()) {
                    return null;
                }
                throw idle();
            }
            try {
                return response.get(Math.min(left.toNanos(), LOOK.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                // Look again.
            }
        }
    }

    private BodySubscriber<Void> choose(ResponseInfo head) {
        boolean stream = isStream(
                head.statusCode(), head.headers().firstValue("Content-Type").orElse(""));
        BodyPump chosen = new BodyPump(stream ? answer : error);
        pump = chosen;
        if (stopped) {
            chosen.stop();
        }
        return chosen;
    }

    private static boolean isStream(int status, String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return status / 100 == 2 && !type.contains("html") && !type.contains("json");
    }

    private Duration silence() {
        BodyPump body = pump;
        return body == null ? Duration.ofNanos(System.nanoTime() - sentNanos) : body.silence();
    }

    private void stop(CompletableFuture<HttpResponse<Void>> response) {
        stopped = true;
        response.cancel(true);
        BodyPump body = pump;
        if (body != null) {
            body.stop();
        }
    }

    private AttemptFailed refused(HttpResponse<Void> head) {
        return head.statusCode() / 100 == 2
                ? refusals.ofBody(error.text())
                : refusals.ofStatus(head.statusCode(), error.text(), Backoff.retryAfter(head.headers(), Instant.now()));
    }

    private AttemptFailed idle() {
        String what =
                "The model endpoint was silent for " + settings.idleTimeout().toMillis() + " ms";
        return answer.isSilent()
                ? AttemptFailed.passing(Code.MODEL_UNAVAILABLE, what + " and gave no answer.")
                : AttemptFailed.incomplete(what + " in the middle of its answer.");
    }

    private AttemptFailed broken(ExecutionException e) {
        Throwable cause = e.getCause();
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case AttemptFailed failed -> failed;
            case HttpConnectTimeoutException _ -> unreachable("it took too long", true);
            case SSLException tls -> unreachable("no secure connection can be made, " + tls.getMessage(), false);
            case IOException _
            when pump != null -> AttemptFailed.incomplete("The model's answer was cut off: the connection broke.");
            case IOException _ -> unreachable("no connection, or it broke before an answer", true);
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    private AttemptFailed unreachable(String why, boolean passing) {
        String message = "The model endpoint " + settings.baseUrl().getAuthority() + " can't be reached: " + why + ".";
        return passing
                ? AttemptFailed.passing(Code.MODEL_UNAVAILABLE, message)
                : AttemptFailed.lasting(Code.MODEL_UNAVAILABLE, message);
    }
}
