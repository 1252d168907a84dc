package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt closes the connection at once, wherever the answer is. */
class OpenAiLlmCancelTest {

    private final ScriptedEndpoint endpoint = ScriptedEndpoint.start();
    private final OpenAiLlm llm = Asking.llm(endpoint);
    private final Asking asking = new Asking();
    private final CompletableFuture<Completion> outcome = new CompletableFuture<>();

    @AfterEach
    void close() {
        llm.close();
        endpoint.close();
    }

    private Thread ask() {
        return Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(llm.complete(Asking.hello(), asking.deltas::add));
            } catch (Exception | AssertionError e) {
                outcome.completeExceptionally(e);
            }
        });
    }

    private void assertInterrupted() throws Exception {
        try {
            Assertions.fail("whole: " + outcome.get(2, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private void assertClosed() throws InterruptedException {
        assertThat(endpoint.lastRequest().awaitClientClosed(Duration.ofSeconds(1)))
                .as("the endpoint sees the connection closed")
                .isTrue();
    }

    @Test
    void in_the_middle_of_a_stream() throws Exception {
        endpoint.enqueue(Answer.text("a ".repeat(500)).delay(10));
        Thread asker = ask();
        await().until(() -> asking.deltas.size() > 3);

        asker.interrupt();

        assertInterrupted();
        int shown = asking.deltas.size();
        assertClosed();
        assertThat(asking.deltas).as("nothing after the end").hasSize(shown);
    }

    @Test
    void in_a_stalled_stream() throws Exception {
        endpoint.enqueue(Answer.text("a b").stallAfter(2));
        Thread asker = ask();
        await().until(() -> !asking.deltas.isEmpty());

        asker.interrupt();

        assertInterrupted();
        assertClosed();
    }

    @Test
    void before_the_headers() throws Exception {
        endpoint.enqueue(Answer.text("a").stallAfter(0));
        Thread asker = ask();
        await().until(() -> !endpoint.requests().isEmpty());

        asker.interrupt();

        assertInterrupted();
        assertClosed();
    }

    @Test
    void while_it_waits_to_repeat() throws Exception {
        endpoint.enqueue(Answer.status(429, "{}").header("Retry-After", "30"));
        Thread asker = ask();
        await().until(() -> !endpoint.requests().isEmpty());

        asker.interrupt();

        assertInterrupted();
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void before_it_begins() throws Exception {
        Thread asker = Thread.ofVirtual().unstarted(() -> {
            Thread.currentThread().interrupt();
            try {
                outcome.complete(llm.complete(Asking.hello(), asking.deltas::add));
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });

        asker.start();

        assertInterrupted();
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void a_failure_closes_the_connection_too() throws Exception {
        endpoint.enqueue(Answer.text("a b c").insert(2, "oops").delay(20));
        ask();

        await().until(outcome::isCompletedExceptionally);

        assertClosed();
    }
}
