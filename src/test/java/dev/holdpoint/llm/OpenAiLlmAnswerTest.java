package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.Usage;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, from endpoints with and without manners. */
class OpenAiLlmAnswerTest {

    private final ScriptedEndpoint endpoint = ScriptedEndpoint.start();
    private final OpenAiLlm llm = Asking.llm(endpoint);
    private final Asking asking = new Asking();

    @AfterEach
    void close() {
        llm.close();
        endpoint.close();
    }

    private Completion answer(Answer answer) throws InterruptedException {
        endpoint.enqueue(answer);
        return asking.whole(llm, Asking.hello());
    }

    @Test
    void text_comes_whole_with_usage_model_and_reason() throws Exception {
        Completion completion = answer(Answer.text("Hello, my friend."));

        assertThat(completion.text()).isEqualTo("Hello, my friend.");
        assertThat(completion.usage()).isEqualTo(new Usage(11, 7));
        assertThat(completion.model()).isEqualTo("scripted-1");
        assertThat(completion.finishReason()).isEqualTo("stop");
        assertThat(completion.calls()).isEmpty();
    }

    @Test
    void deltas_come_while_the_answer_is_under_way() throws Exception {
        answer(Answer.text("one two three").delay(30));

        assertThat(asking.deltas)
                .containsExactly(
                        new Delta.Text("msg_1", "one "),
                        new Delta.Text("msg_1", "two "),
                        new Delta.Text("msg_1", "three"));
    }

    @Test
    void reasoning_is_streamed_apart() throws Exception {
        Completion completion = answer(Answer.text("42").reasoning("let me think"));

        assertThat(completion.reasoning()).isEqualTo("let me think");
        assertThat(completion.text()).isEqualTo("42");
    }

    @Test
    void reasoning_has_another_name_elsewhere() throws Exception {
        Completion completion = answer(Answer.deltas("stop", "{\"reasoning\":\"hm\"}", "{\"content\":\"yes\"}"));

        assertThat(completion.reasoning()).isEqualTo("hm");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void bytes_may_be_cut_anywhere(int bytes) throws Exception {
        Completion completion = answer(Answer.text("Grüße 世界 🎉").bytewise(bytes));

        assertThat(completion.text()).isEqualTo("Grüße 世界 🎉");
    }

    @Test
    void sse_has_many_dialects() throws Exception {
        endpoint.enqueue(
                Answer.text("a b").crlf(),
                Answer.text("a b").withoutSpace(),
                Answer.text("a b").chatty());
        endpoint.enqueue(
                Answer.text("a b").withoutDone(),
                Answer.text("a b").crlf().chatty().bytewise(1));
        for (int i = 0; i < 5; i++) {
            assertThat(new Asking().whole(llm, Asking.hello()).text()).isEqualTo("a b");
        }
    }

    @Test
    void odd_chunks_change_nothing() throws Exception {
        Completion completion = answer(Answer.text("yes")
                .insert(0, "{\"choices\":[]}")
                .insert(0, "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}],\"x\":{\"y\":[1]}}")
                .insert(
                        0,
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"tool_calls\":null}}],\"error\":null}")
                .insert(0, "{\"choices\":[{\"index\":0,\"delta\":null,\"finish_reason\":null}],\"usage\":null}")
                .insert(0, "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}]}"));

        assertThat(completion.text()).isEqualTo("yes");
    }

    @Test
    void usage_may_come_with_the_reason() throws Exception {
        Completion completion = answer(Answer.lines(
                "{\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}",
                "[DONE]"));

        assertThat(completion.usage()).isEqualTo(new Usage(3, 4));
    }

    @Test
    void half_a_character_waits_for_its_other_half() throws Exception {
        Completion completion =
                answer(Answer.deltas("stop", "{\"content\":\"a\\ud83c\"}", "{\"content\":\"\\udf89b\\ud83c\"}")
                        .delay(20));

        assertThat(completion.text()).isEqualTo("a🎉b\uFFFD");
        assertThat(asking.deltas).first().isEqualTo(new Delta.Text("msg_1", "a"));
    }

    @Test
    void parallel_calls_keep_order_ids_and_arguments() throws Exception {
        ToolCall first = new ToolCall("c1", "execute", "{\"command\":\"ls\"}");
        ToolCall second = new ToolCall("c2", "read_file", "{\"file_path\":\"/workspace/ä\"}");

        Completion completion = answer(Answer.calls(first, second));

        assertThat(completion.calls()).containsExactly(first, second);
        assertThat(completion.finishReason()).isEqualTo("tool_calls");
    }

    @Test
    void an_id_of_the_history_is_not_used_again() throws Exception {
        endpoint.enqueue(Answer.calls(new ToolCall("c1", "ls", "{}")));

        Completion completion = asking.whole(
                llm,
                Asking.request(
                        new ChatMessage.User("again"),
                        new ChatMessage.Assistant("", List.of(new ToolCall("c1", "ls", "{}"))),
                        new ChatMessage.ToolResult("c1", "ls", "nothing")));

        assertThat(completion.calls().getFirst().id()).isNotEqualTo("c1").isNotBlank();
    }

    @Test
    void a_connection_is_used_again() throws Exception {
        for (int i = 0; i < 3; i++) {
            endpoint.enqueue(Answer.text("hi"));
            new Asking().whole(llm, Asking.hello());
            // An answer is handed over before its connection is back in the pool.
            Thread.sleep(100);
        }

        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void a_connection_that_broke_after_the_end_harms_neither_this_answer_nor_the_next() throws Exception {
        endpoint.enqueue(Answer.text("hi").cutAfter(5), Answer.text("hi").resetAfter(5), Answer.text("hi"));
        for (int i = 0; i < 3; i++) {
            assertThat(new Asking().whole(llm, Asking.hello()).text()).isEqualTo("hi");
        }

        assertThat(endpoint.requests()).hasSize(3);
    }

    @Test
    void the_request_is_what_endpoints_expect() throws Exception {
        endpoint.enqueue(Answer.text("ok"));

        asking.whole(
                llm,
                Asking.request(
                        new ChatMessage.SystemPrompt("rules"),
                        new ChatMessage.User("half \ud83c character"),
                        new ChatMessage.Assistant("", List.of(new ToolCall("c1", "execute", "{\"command\":\"ls\"}"))),
                        new ChatMessage.ToolResult("c1", "execute", "a.txt"),
                        new ChatMessage.Assistant("", List.of())));

        JsonNode json = endpoint.lastRequest().json();
        assertThat(endpoint.lastRequest().line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(endpoint.lastRequest().header("Authorization")).contains("Bearer " + Asking.KEY);
        assertThat(json.path("stream").asBoolean()).isTrue();
        assertThat(json.at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(json.has("thinking")).isFalse();
        assertThat(json.has("tool_choice")).isFalse();
        assertThat(json.at("/tools/0/function/name").asText()).isEqualTo("execute");
        assertThat(json.path("messages"))
                .extracting(m -> m.path("role").asText(), m -> m.path("content").asText())
                .containsExactly(
                        tuple("system", "rules"),
                        tuple("user", "half \uFFFD character"),
                        tuple("assistant", ""),
                        tuple("tool", "a.txt"));
        assertThat(json.at("/messages/2").has("content")).isFalse();
        assertThat(json.at("/messages/2/tool_calls/0/function/arguments").asText())
                .isEqualTo("{\"command\":\"ls\"}");
    }
}
