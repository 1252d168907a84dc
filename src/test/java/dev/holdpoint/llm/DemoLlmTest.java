package dev.holdpoint.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdpoint.event.Delta;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoLlmTest {

    private static final List<String> ALL =
            List.of("write_todos", "ls", "read_file", "write_file", "edit_file", "glob", "grep", "execute");

    private final DemoLlm llm = new DemoLlm(Duration.ZERO);

    private Completion answer(List<ChatMessage> history, List<String> tools) throws InterruptedException {
        List<ToolSpec> specs = tools.stream()
                .map(name -> new ToolSpec(name, name, JsonNodeFactory.instance.objectNode()))
                .toList();
        return new Asking().whole(llm, new CompletionRequest("msg_1", history, specs));
    }

    private Completion first(String message) throws InterruptedException {
        return answer(List.of(new ChatMessage.User(message)), ALL);
    }

    /** Plays a turn to its end, with this for a tool's result. */
    private List<Completion> turn(String message, List<String> tools, UnaryOperator<String> results)
            throws InterruptedException {
        List<ChatMessage> history = new ArrayList<>(List.of(new ChatMessage.User(message)));
        List<Completion> answers = new ArrayList<>();
        while (answers.isEmpty() || !answers.getLast().calls().isEmpty()) {
            assertThat(answers).as("answers so far").hasSizeLessThan(8);
            Completion answer = answer(history, tools);
            answers.add(answer);
            history.add(new ChatMessage.Assistant(answer.text(), answer.calls()));
            for (ToolCall call : answer.calls()) {
                history.add(new ChatMessage.ToolResult(call.id(), call.name(), results.apply(call.name())));
            }
        }
        return answers;
    }

    private static List<String> tools(List<Completion> answers) {
        return answers.stream()
                .flatMap(answer -> answer.calls().stream())
                .map(ToolCall::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "run: echo \"a b\"            | execute     | {\"command\":\"echo \\\"a b\\\"\"}",
                "RUN: ls                      | execute     | {\"command\":\"ls\"}",
                "write a.txt: hello: you      | write_file  | {\"file_path\":\"/workspace/a.txt\",\"content\":\"hello: you\"}",
                "write \"my a.txt\": x        | write_file  | {\"file_path\":\"/workspace/my a.txt\",\"content\":\"x\"}",
                "write /tmp/a:                | write_file  | {\"file_path\":\"/tmp/a\",\"content\":\"\"}",
                "edit a.txt: one => two       | edit_file   | "
                        + "{\"file_path\":\"/workspace/a.txt\",\"old_string\":\"one\",\"new_string\":\"two\"}",
                "read ./a.txt                 | read_file   | {\"file_path\":\"/workspace/a.txt\"}",
                "ls                           | ls          | {\"path\":\"/workspace\"}",
                "ls sub                       | ls          | {\"path\":\"/workspace/sub\"}",
                "glob **/*.py                 | glob        | {\"pattern\":\"**/*.py\",\"path\":\"/workspace\"}",
                "grep a b                     | grep        | "
                        + "{\"pattern\":\"a b\",\"path\":\"/workspace\",\"output_mode\":\"content\"}",
                "todos: a; b                  | write_todos | "
                        + "{\"todos\":[{\"content\":\"a\",\"status\":\"pending\"},{\"content\":\"b\",\"status\":\"pending\"}]}",
            })
    void plain_commands_are_obeyed_to_the_letter(String line, String tool, String arguments) throws Exception {
        Completion answer = first(line);

        assertThat(answer.calls()).hasSize(1);
        assertThat(answer.calls().getFirst().name()).isEqualTo(tool);
        assertThat(answer.calls().getFirst().arguments()).isEqualTo(arguments);
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
    }

    @Test
    void a_block_is_content_of_many_lines() throws Exception {
        Completion answer = first("write a.py:\n```python\nif x:\n    y()\n```\nrun:\n```\na\nb\n```");

        assertThat(answer.calls())
                .extracting(call -> new JsonMapper().readTree(call.arguments()))
                .extracting(json -> json.has("content")
                        ? json.path("content").asText()
                        : json.path("command").asText())
                .containsExactly("if x:\n    y()\n", "a\nb\n");
    }

    @Test
    void several_commands_are_parallel_calls_and_all_results_are_reported() throws Exception {
        List<Completion> answers = turn(
                "write a: 1\nrun: cat a\nread a", ALL, tool -> tool.equals("execute") ? "1\n[exit code: 0]" : tool);

        assertThat(answers).hasSize(2);
        assertThat(tools(answers)).containsExactly("write_file", "execute", "read_file");
        assertThat(answers.getLast().text())
                .contains("Demo model", "`execute`:\n```\n1\n[exit code: 0]\n```", "`read_file`:\n```\nread_file\n```");
    }

    @Test
    void what_a_tool_says_stays_within_its_fence() throws Exception {
        List<Completion> answers = turn("run: x", ALL, tool -> "a\n```\n# b");

        assertThat(answers.getLast().text()).contains("````\na\n```\n# b\n````");
    }

    @Test
    void words_are_said_and_thoughts_are_thought() throws Exception {
        Completion answer = first("think: hm\nsay: good morning");

        assertThat(answer.reasoning()).isEqualTo("hm");
        assertThat(answer.text()).startsWith("good morning").containsIgnoringCase("demo model");
        assertThat(answer.calls()).isEmpty();
        assertThat(answer.usage().inputTokens()).isPositive();
    }

    @Test
    void a_wish_is_planned_written_run_and_reported() throws Exception {
        List<Completion> answers = turn(
                "Please print the first 12 primes",
                ALL,
                tool -> tool.equals("execute") ? "2 3 5\n[exit code: 0]" : "done");

        assertThat(tools(answers)).containsExactly("write_todos", "write_file", "execute", "write_todos");
        assertThat(answers.get(1).calls().getFirst().arguments()).contains("count = 12");
        assertThat(answers.getLast().text()).contains("Demo model", "2 3 5");
        assertThat(answers.getFirst().text()).contains("demo model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"write_file", "execute"})
    void a_rejected_step_ends_it(String rejected) throws Exception {
        List<Completion> answers = turn(
                "sort some numbers",
                ALL,
                tool -> tool.equals(rejected) ? "A person rejected this call. It did not run." : "ok");

        assertThat(tools(answers).getLast()).isEqualTo(rejected);
        assertThat(answers.getLast().text()).contains("rejected").doesNotContain("what came out");
    }

    @Test
    void only_tools_that_are_offered_are_asked_for() throws Exception {
        assertThat(tools(turn("fibonacci", List.of("ls", "read_file"), tool -> "ok")))
                .isEmpty();
        assertThat(tools(turn("fibonacci", List.of("write_todos", "write_file"), tool -> "ok")))
                .containsExactly("write_todos", "write_file", "write_todos");
        assertThat(tools(turn("run: ls\nls", List.of("ls"), tool -> "ok"))).containsExactly("ls");
    }

    @Test
    void a_new_message_is_a_new_turn() throws Exception {
        Completion answer = answer(
                List.of(
                        new ChatMessage.User("run: ls"),
                        new ChatMessage.Assistant("", List.of(new ToolCall("c", "execute", "{}"))),
                        new ChatMessage.ToolResult("c", "execute", "ok"),
                        new ChatMessage.User("ls")),
                ALL);

        assertThat(answer.calls()).extracting(ToolCall::name).containsExactly("ls");
    }

    static Stream<String> hostile() {
        return Stream.of(
                "", "   ", "summarise \"this\" '''\n\\ COUNT REQUEST 🎉 \ud83c", "shell script 'a'; rm -rf \"$x\" `y`");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void any_text_gets_an_answer(String message) throws Exception {
        assertThat(turn(message, ALL, tool -> "ok").getLast().text()).containsIgnoringCase("demo model");
    }

    @Test
    void an_interrupt_ends_it() {
        List<Delta> deltas = new ArrayList<>();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> llm.complete(Asking.hello(), deltas::add)).isInstanceOf(InterruptedException.class);
        assertThat(deltas).isEmpty();
    }
}
