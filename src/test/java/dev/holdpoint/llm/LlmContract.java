package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdpoint.event.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link Llm} promises; each implementation passes it. */
abstract class LlmContract {

    /** The same model for the whole of a test. */
    abstract Llm llm();

    /** Makes the model answer the next so many requests with some text. */
    abstract CompletionRequest textRequest(int times);

    /** Makes the model answer the next request with two calls. */
    abstract CompletionRequest callsRequest();

    @Test
    void it_has_a_name() {
        assertThat(llm().name()).isNotBlank();
    }

    @Test
    void text_is_what_its_deltas_add_up_to() throws Exception {
        Asking asking = new Asking();

        Completion completion = asking.whole(llm(), textRequest(1));

        assertThat(completion.text()).isNotBlank();
        assertThat(completion.calls()).isEmpty();
        assertThat(completion.finishReason()).isEqualTo("stop");
        assertThat(completion.usage().outputTokens()).isPositive();
        assertThat(asking.deltas).isNotEmpty();
    }

    @Test
    void calls_are_what_their_deltas_add_up_to() throws Exception {
        Completion completion = new Asking().whole(llm(), callsRequest());

        assertThat(completion.calls()).hasSize(2).extracting(ToolCall::id).doesNotHaveDuplicates();
        assertThat(completion.finishReason()).isEqualTo("tool_calls");
    }

    @Test
    void an_interrupted_caller_gets_no_answer() {
        CompletionRequest request = textRequest(1);
        Thread.currentThread().interrupt();

        InterruptedException interrupted =
                catchThrowableOfType(InterruptedException.class, () -> llm().complete(request, _ -> {}));

        assertThat(interrupted).isNotNull();
        assertThat(Thread.interrupted()).as("the flag is taken").isFalse();
    }

    @Test
    void many_may_ask_at_once() throws Exception {
        CompletionRequest request = textRequest(20);
        List<Future<Completion>> answers = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                answers.add(executor.submit(() -> new Asking().whole(llm(), request)));
            }
        }

        for (Future<Completion> answer : answers) {
            assertThat(answer.get().text()).isNotBlank();
        }
    }
}
