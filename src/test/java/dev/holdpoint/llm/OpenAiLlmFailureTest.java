package dev.holdpoint.llm;

import static dev.holdpoint.event.Failure.Code.CONTEXT_OVERFLOW;
import static dev.holdpoint.event.Failure.Code.MODEL_RATE_LIMITED;
import static dev.holdpoint.event.Failure.Code.MODEL_REFUSED;
import static dev.holdpoint.event.Failure.Code.MODEL_STREAM_INCOMPLETE;
import static dev.holdpoint.event.Failure.Code.MODEL_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Failure;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What isn't whole has failed, by its proper name, and is repeated only while nothing was shown. */
class OpenAiLlmFailureTest {

    private static final String ERROR = "{\"error\":{\"message\":\"engine on fire\",\"code\":\"500\"}}";

    private final ScriptedEndpoint endpoint = ScriptedEndpoint.start();
    private final OpenAiLlm llm = Asking.llm(endpoint);
    private final Asking asking = new Asking();

    @AfterEach
    void close() {
        llm.close();
        endpoint.close();
    }

    private LlmException failure(Answer... answers) {
        endpoint.enqueue(answers);
        LlmException failed = asking.failed(llm, Asking.hello());
        assertThat(endpoint.remaining()).as("answers left").isZero();
        return failed;
    }

    static Stream<Arguments> after_words() {
        return Stream.of(
                after(
                        "cut",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").cutAfter(3)),
                after(
                        "reset",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").resetAfter(3)),
                after(
                        "end without a reason",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").endAfter(3)),
                after(
                        "done without a reason",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").endAfter(3).insert(3, "[DONE]")),
                after(
                        "cut after the reason",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two").cutAfter(4)),
                after(
                        "stall",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").stallAfter(3)),
                after(
                        "not JSON",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").insert(3, "{\"id\": oops")),
                after(
                        "not a chunk",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").insert(3, "\"ping\"")),
                after(
                        "more than a chunk",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").insert(3, "{} {}")),
                after(
                        "an error",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").insert(3, ERROR)),
                after(
                        "a broken reason",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.deltas("network_error", "{\"content\":\"one two \"}")),
                after(
                        "content filter",
                        MODEL_REFUSED,
                        () -> Answer.deltas("content_filter", "{\"content\":\"one two \"}")),
                after(
                        "context full",
                        CONTEXT_OVERFLOW,
                        () -> Answer.deltas("model_context_window_exceeded", "{\"content\":\"one two \"}")),
                after("too long", MODEL_STREAM_INCOMPLETE, () -> Answer.text("one two " + "x".repeat(100_000))),
                after(
                        "a line too long",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.text("one two three").insert(3, "{\"a\":\"" + "x".repeat(200_000) + "\"}")));
    }

    private static Arguments after(String what, Failure.Code code, Supplier<Answer> answer) {
        return Arguments.of(what, code, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void after_words(String what, Failure.Code code, Supplier<Answer> answer) {
        LlmException failed = failure(answer.get().delay(15));

        assertThat(failed.failure().code()).isEqualTo(code);
        assertThat(asking.shownText().strip()).isEqualTo("one two");
        assertThat(endpoint.requests()).as("never repeated").hasSize(1);
    }

    static Stream<Arguments> before_any_word() {
        return Stream.of(
                after("429", MODEL_RATE_LIMITED, () -> Answer.status(429, "{}").header("Retry-After", "0")),
                after("500", MODEL_UNAVAILABLE, () -> Answer.status(500, "oops")),
                after("503", MODEL_UNAVAILABLE, () -> Answer.status(503, ERROR)),
                after("no answer", MODEL_UNAVAILABLE, () -> Answer.text("x").cutAfter(0)),
                after("cut", MODEL_STREAM_INCOMPLETE, () -> Answer.text("x").cutAfter(1)),
                after("empty body", MODEL_UNAVAILABLE, () -> Answer.lines()),
                after("not JSON", MODEL_STREAM_INCOMPLETE, () -> Answer.lines("oops")),
                after("error", MODEL_UNAVAILABLE, () -> Answer.lines(ERROR)),
                after("rate error", MODEL_RATE_LIMITED, () -> Answer.lines("{\"error\":{\"code\":429}}")),
                after("only done", MODEL_STREAM_INCOMPLETE, () -> Answer.lines("[DONE]")),
                after("calls without calls", MODEL_STREAM_INCOMPLETE, () -> Answer.deltas("tool_calls", "{}")),
                after(
                        "nameless call",
                        MODEL_STREAM_INCOMPLETE,
                        () -> Answer.deltas("tool_calls", "{\"tool_calls\":[{\"index\":0,\"id\":\"a\"}]}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void before_any_word(String what, Failure.Code code, Supplier<Answer> answer) {
        LlmException failed = failure(answer.get(), answer.get(), answer.get(), answer.get());

        assertThat(failed.failure().code()).isEqualTo(code);
        assertThat(asking.deltas).isEmpty();
        assertThat(endpoint.requests()).hasSize(4);
    }

    @Test
    void silence_before_the_answer_is_bounded() {
        OpenAiSettings s = Asking.settings(endpoint);
        OpenAiSettings once = new OpenAiSettings(
                s.baseUrl(),
                s.model(),
                s.apiKey(),
                s.thinking(),
                s.connectTimeout(),
                s.idleTimeout(),
                1,
                s.retryAfterCap(),
                s.maxAnswerBytes());
        endpoint.enqueue(Answer.text("x").stallAfter(0), Answer.text("x").stallAfter(1));

        try (OpenAiLlm impatient = Asking.llm(once)) {
            long started = System.nanoTime();
            LlmException failed = asking.failed(impatient, Asking.hello());

            assertThat(failed.failure().code()).isEqualTo(MODEL_UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void a_slow_answer_may_take_longer_than_the_idle_timeout() throws Exception {
        endpoint.enqueue(Answer.text("a b c d e f").delay(200));

        assertThat(asking.whole(llm, Asking.hello()).text()).isEqualTo("a b c d e f");
    }

    @Test
    void a_finished_answer_counts_though_its_stream_stays_open() throws Exception {
        endpoint.enqueue(Answer.text("a b").stallAfter(4));

        assertThat(asking.whole(llm, Asking.hello()).text()).isEqualTo("a b");
        assertThat(endpoint.lastRequest().awaitClientClosed(Duration.ofSeconds(2)))
                .isTrue();
    }

    @Test
    void it_recovers_by_itself() throws Exception {
        endpoint.enqueue(
                Answer.status(500, ""), Answer.lines("oops"), Answer.text("x").cutAfter(0), Answer.text("back again"));

        assertThat(asking.whole(llm, Asking.hello()).text()).isEqualTo("back again");
    }

    @ParameterizedTest
    @CsvSource({"0.3,300", "3600,400"})
    void retry_after_is_honoured_up_to_the_cap(String seconds, long atLeastMillis) throws Exception {
        endpoint.enqueue(Answer.status(429, "{}").header("Retry-After", seconds), Answer.text("now"));

        long started = System.nanoTime();
        asking.whole(llm, Asking.hello());

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(atLeastMillis), Duration.ofMillis(atLeastMillis + 1500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"error\":{\"message\":\"maximum context length is 8\"}} | CONTEXT_OVERFLOW",
                "400 | {\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"no\"}} | CONTEXT_OVERFLOW",
                "400 | {\"error\":{\"code\":\"1261\",\"message\":\"Prompt\"}} | CONTEXT_OVERFLOW",
                "413 | <html>too large</html> | CONTEXT_OVERFLOW",
                "422 | {\"detail\":\"prompt is too long\"} | CONTEXT_OVERFLOW",
                "400 | {\"error\":{\"message\":\"bad schema\"}} | MODEL_REFUSED",
                "401 | {\"error\":{\"message\":\"who are you\"}} | MODEL_REFUSED",
                "403 | no | MODEL_REFUSED",
                "404 | {\"error\":\"no such model\"} | MODEL_REFUSED",
                "302 | moved | MODEL_UNAVAILABLE",
            })
    void refusals_are_final(int status, String body, Failure.Code code) {
        assertThat(failure(Answer.status(status, body)).failure().code()).isEqualTo(code);
    }

    @Test
    void a_page_for_people_is_no_answer() {
        LlmException failed = failure(Answer.body(200, "text/html", "<html>welcome</html>"));

        assertThat(failed.failure().code()).isEqualTo(MODEL_UNAVAILABLE);
        assertThat(failed.getMessage()).contains("base URL").doesNotContain("<html>");
    }

    @Test
    void an_error_with_status_200_is_told() {
        LlmException failed = failure(Answer.status(200, "{\"code\":401,\"msg\":\"token expired\"}"));

        assertThat(failed.getMessage()).contains("token expired");
    }

    @Test
    void secrets_and_control_characters_never_surface() {
        String said =
                "bad key " + Asking.KEY + " or sk-abcdefgh12345678, Authorization: Bearer abcdef.ghi\\u0000\\u202e"
                        + " at https://me:pw1234@host/?api_key=hunter22 " + "x".repeat(2000);
        String message = failure(Answer.status(401, "{\"error\":{\"message\":\"" + said + "\"}}"))
                .getMessage();

        assertThat(message).contains("bad key ***").hasSizeLessThan(700);
        assertThat(message).doesNotContain("sk-abc", "abcdef.ghi", "pw1234", "hunter22", "\u0000", "\u202e");
    }

    @Test
    void nobody_listens() {
        endpoint.close();

        LlmException failed = asking.failed(llm, Asking.hello());

        assertThat(failed.failure().code()).isEqualTo(MODEL_UNAVAILABLE);
        assertThat(failed.getMessage()).contains("127.0.0.1");
    }
}
