package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tool calls out of pieces, whatever the manners. Each case yields {@code a({"x":1})} and perhaps {@code b({"y":2})}. */
class OpenAiLlmCallsTest {

    private static final String A = "a{\"x\":1}";
    private static final String B = "b{\"y\":2}";

    /** Pieces are parted by spaces: index/id/name/arguments, each may be empty. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "good manners            | 2 | 0/i/a/ 0///{\"x\": 0///1} 1/j/b/ 1///{\"y\":2}",
                "all at once             | 2 | 0/i/a/{\"x\":1} 1/j/b/{\"y\":2}",
                "interleaved by index    | 2 | 0/i/a/ 1/j/b/ 0///{\"x\": 1///{\"y\": 0///1} 1///2}",
                "interleaved by id       | 2 | /i/a/ /j/b/ /i//{\"x\": /j//{\"y\": /i//1} /j//2}",
                "no ids                  | 2 | 0//a/ 0///{\"x\":1} 1//b/ 1///{\"y\":2}",
                "no indexes              | 2 | /i/a/ ///{\"x\": ///1} /j/b/ ///{\"y\":2}",
                "neither                 | 2 | //a/ ///{\"x\":1} //b/ ///{\"y\":2}",
                "neither, at once        | 2 | //a/{\"x\":1} //b/{\"y\":2}",
                "one index for all       | 2 | 0/i/a/{\"x\":1} 0/j/b/{\"y\":2}",
                "one index, no ids       | 2 | 0//a/{\"x\":1} 0//b/{\"y\":2}",
                "one index, in pieces    | 2 | 0/i/a/ 0///{\"x\":1} 0/j/b/ 0///{\"y\":2}",
                "one id for all          | 2 | 0/i/a/{\"x\":1} 1/i/b/{\"y\":2}",
                "one id, no index        | 2 | /i/a/{\"x\":1} /i/b/{\"y\":2}",
                "name repeated           | 1 | 0/i/a/ 0/i/a/{\"x\": 0/i/a/1}",
                "name repeated, no id    | 1 | //a/{\"x\": //a/1}",
                "id late                 | 1 | 0//a/ 0/i//{\"x\":1}",
                "id new with each piece  | 1 | 0/i/a/ 0/j//{\"x\": 0/k//1}",
                "arguments before a name | 1 | 0/i//{\"x\": 0//a/1}",
                "indexes from one        | 2 | 1/i/a/{\"x\":1} 2/j/b/{\"y\":2}",
                "an id nobody can use    | 1 | 0/\u0007/a/{\"x\":1}",
            })
    void calls_come_whole(String manners, int count, String pieces) throws Exception {
        Completion completion = answer(Arrays.stream(pieces.strip().split(" "))
                .map(OpenAiLlmCallsTest::piece)
                .toArray(String[]::new));

        assertThat(completion.calls())
                .as(manners)
                .extracting(call -> call.name() + call.arguments())
                .containsExactlyElementsOf(List.of(A, B).subList(0, count));
        assertThat(new HashSet<>(completion.calls().stream().map(ToolCall::id).toList()))
                .hasSize(count);
    }

    @Test
    void a_name_may_come_in_parts() throws Exception {
        Completion completion = answer(piece("0/i/exec/"), piece("0//ute/"), piece("0///{}"));

        assertThat(completion.calls()).containsExactly(new ToolCall("i", "execute", "{}"));
    }

    @Test
    void arguments_may_be_an_object_or_nothing() throws Exception {
        Completion completion = answer(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":{\"x\":1}}}]}",
                "{\"tool_calls\":[{\"index\":1,\"id\":\"j\",\"function\":{\"name\":\"b\",\"arguments\":\"\"}}]}",
                "{\"tool_calls\":{\"index\":2,\"id\":\"k\",\"function\":{\"name\":\"c\",\"arguments\":null}}}",
                "{\"tool_calls\":[{\"index\":3,\"id\":\"l\",\"function\":{\"name\":\"d\"}}]}");

        assertThat(completion.calls())
                .containsExactly(
                        new ToolCall("i", "a", "{\"x\":1}"),
                        new ToolCall("j", "b", "{}"),
                        new ToolCall("k", "c", "{}"),
                        new ToolCall("l", "d", "{}"));
    }

    @Test
    void arguments_that_do_not_parse_are_handed_over_as_they_are() throws Exception {
        Completion completion = answer(piece("0/i/a/{\"x\":"));

        assertThat(completion.calls()).containsExactly(new ToolCall("i", "a", "{\"x\":"));
    }

    @Test
    void a_call_without_arguments_may_stand_before_another() throws Exception {
        Completion completion = answer(piece("//a/"), piece("//b/"), piece("///{}"));

        assertThat(completion.calls()).extracting(ToolCall::arguments).containsExactly("{}", "{}");
    }

    @Test
    void pieces_that_nobody_can_tell_apart_yield_nothing_that_runs() throws Exception {
        Completion completion = answer(
                piece("/i/a/"),
                piece("/j/b/"),
                piece("///{\"x\":"),
                piece("///{\"y\":"),
                piece("///1}"),
                piece("///2}"));

        assertThat(completion.calls()).extracting(ToolCall::arguments).containsExactly("", "{\"x\":{\"y\":1}2}");
    }

    private static String piece(String piece) {
        String[] parts = piece.split("/", 4);
        String index = parts[0].isEmpty() ? "" : "\"index\":" + parts[0] + ",";
        String id = parts[1].isEmpty() ? "" : "\"id\":\"" + parts[1].replace("\u0007", "\\u0007") + "\",";
        String name = parts[2].isEmpty() ? "" : "\"name\":\"" + parts[2] + "\",";
        String arguments = parts[3].replace("\"", "\\\"");
        return "{\"tool_calls\":[{" + index + id + "\"function\":{" + name + "\"arguments\":\"" + arguments + "\"}}]}";
    }

    private static Completion answer(String... deltas) throws Exception {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start();
                OpenAiLlm llm = Asking.llm(endpoint)) {
            endpoint.enqueue(Answer.deltas("tool_calls", deltas));
            return new Asking().whole(llm, Asking.hello());
        }
    }
}
