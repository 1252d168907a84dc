package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.event.ToolSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolboxTest {

    private final Toolbox toolbox = Toolbox.standard(ToolSettings.defaults(), true);

    @Test
    void build_mode_offers_all_tools_in_order() {
        assertThat(toolbox.specs(Mode.BUILD))
                .extracting(ToolSpec::name)
                .containsExactly(
                        "write_todos",
                        "ls",
                        "read_file",
                        "write_file",
                        "edit_file",
                        "glob",
                        "grep",
                        "execute",
                        "process");
    }

    @Test
    void plan_mode_offers_what_changes_nothing() {
        assertThat(toolbox.specs(Mode.PLAN))
                .extracting(ToolSpec::name)
                .containsExactly("write_todos", "ls", "read_file", "glob", "grep");
        assertThat(toolbox.readOnlyNames()).containsExactlyInAnyOrder("write_todos", "ls", "read_file", "glob", "grep");
    }

    @Test
    void without_a_sandbox_execute_is_not_there() {
        Toolbox bare = Toolbox.standard(ToolSettings.defaults(), false);

        assertThat(bare.names()).doesNotContain("execute", "process");
        assertThat(problem(bare, "execute", "{\"command\":\"ls\"}")).contains("no tool called 'execute'");
    }

    @Test
    void every_schema_is_closed_and_describes_its_arguments() {
        for (ToolSpec spec : toolbox.specs(Mode.BUILD)) {
            assertThat(spec.parameters().path("additionalProperties").asBoolean(true))
                    .isFalse();
            assertThat(spec.parameters().path("type").asText()).isEqualTo("object");
            assertThat(spec.description()).isNotBlank();
        }
    }

    @Test
    void a_valid_call_keeps_the_exact_text_of_its_arguments() {
        String text = "{ \"path\" :\n \"/work\\u0073pace\" }";

        Checked checked = toolbox.check(new ToolCall("1", "ls", text));

        assertThat(checked).isInstanceOfSatisfying(Checked.Valid.class, valid -> {
            assertThat(valid.call().arguments()).isEqualTo(text);
            assertThat(valid.tool().spec().name()).isEqualTo("ls");
        });
    }

    @Test
    void an_unknown_tool_is_answered_with_those_that_exist() {
        assertThat(problem(toolbox, "rm_rf\n\ud800", "{}"))
                .contains("'rm_rf??'")
                .contains("write_todos, ls, read_file, write_file, edit_file, glob, grep, execute, process");
    }

    @Test
    void each_problem_is_named_with_its_path() {
        assertThat(problem(toolbox, "ls", "")).contains("'path' is missing");
        assertThat(problem(toolbox, "ls", "{\"path\":7}")).contains("'path' must be of type string, not number");
        assertThat(problem(toolbox, "ls", "{\"path\":null}")).contains("'path' must be of type string, not null");
        assertThat(problem(toolbox, "ls", "{\"path\":\"/\",\"deep\":true}"))
                .contains("'deep' is not one of its arguments");
        assertThat(problem(toolbox, "write_todos", "{\"todos\":[{\"content\":\"\",\"status\":\"done\"},{}]}"))
                .contains("'todos[0].content' must not be empty")
                .contains("'todos[0].status' must be one of [\"pending\",\"in_progress\",\"completed\"]")
                .contains("'todos[1].content' is missing")
                .contains("'todos[1].status' is missing");
        assertThat(problem(toolbox, "execute", "{\"command\":\"x\",\"timeout\":3601}"))
                .contains("'timeout' must be at most 3600");
        assertThat(problem(toolbox, "execute", "{\"command\":\"x\",\"timeout\":0}"))
                .contains("'timeout' must be at least 1");
        assertThat(problem(toolbox, "execute", "{\"command\":\"x\",\"timeout\":1.5}"))
                .contains("'timeout' must be of type integer");
    }

    @Test
    void many_problems_are_counted() {
        String items = "{},".repeat(500) + "{}";

        assertThat(problem(toolbox, "write_todos", "{\"todos\":[" + items + "]}"))
                .contains("more problems")
                .hasSizeLessThan(2_000);
    }

    @Test
    void a_million_problems_cost_no_more_than_one() {
        String items = "{},".repeat(340_000) + "{}";
        long before = allocated();

        assertThat(problem(toolbox, "write_todos", "{\"todos\":[" + items + "]}"))
                .contains("'todos");
        assertThat(allocated() - before).isLessThan(200_000_000L);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void broken_json_is_located() {
        assertThat(problem(toolbox, "ls", "{\"path\": oops}"))
                .contains("not valid JSON")
                .contains("line 1, column");
        assertThat(problem(toolbox, "ls", "{\"path\":\"/\"} {}")).contains("not valid JSON");
    }

    @Test
    void cut_json_is_told_from_broken_json() {
        assertThat(problem(toolbox, "ls", "{\"path\":\"/worksp")).contains("look cut off");
        assertThat(problem(toolbox, "ls", "{\"path\":")).contains("look cut off");
        assertThat(problem(toolbox, "ls", "{\"path\":\"/\"")).contains("look cut off");
    }

    @Test
    void only_an_object_will_do() {
        assertThat(problem(toolbox, "ls", "[]")).contains("not a JSON object but array");
        assertThat(problem(toolbox, "ls", "\"{}\"")).contains("not a JSON object but string");
        assertThat(problem(toolbox, "ls", "null")).contains("not a JSON object but null");
    }

    @Test
    void a_key_twice_is_refused() {
        assertThat(problem(toolbox, "execute", "{\"command\":\"ls\",\"command\":\"rm -rf /\"}"))
                .contains("Duplicate field 'command'");
        assertThat(problem(toolbox, "execute", "{\"command\":\"ls\",\"comm\\u0061nd\":\"rm -rf /\"}"))
                .contains("Duplicate field 'command'");
    }

    @Test
    void arguments_are_bounded_in_bytes() {
        assertThat(problem(toolbox, "ls", "{\"path\":\"" + "x".repeat(1024 * 1024) + "\"}"))
                .contains("larger than 1,048,576 bytes");
        assertThat(problem(toolbox, "ls", "{\"path\":\"" + "€".repeat(400_000) + "\"}"))
                .contains("larger than 1,048,576 bytes");
    }

    @Test
    void half_a_pair_is_refused_however_it_is_written() {
        assertThat(problem(toolbox, "execute", "{\"command\":\"a\\ud800b\"}")).contains("surrogate");
        assertThat(problem(toolbox, "execute", "{\"command\":\"a\udc00b\"}")).contains("surrogate");
        assertThat(toolbox.check(new ToolCall("1", "execute", "{\"command\":\"\\ud83d\\ude00\"}")))
                .isInstanceOf(Checked.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999999999",
                "-1e400",
                "123456789012345678901234567890",
                "1e308",
                "1E+2147483648",
                "0.1e-999999999",
                "NaN",
                "-",
                "00",
                "-0.0",
                "{}",
                "[[[[]]]]",
                "\"5\"",
                "true"
            })
    void no_number_is_too_odd_to_be_refused(String number) {
        assertThat(problem(toolbox, "read_file", "{\"file_path\":\"/x\",\"limit\":" + number + "}"))
                .startsWith("Error: read_file was not called");
    }

    @Test
    void very_long_numbers_and_very_deep_nesting_are_refused() {
        assertThat(problem(toolbox, "read_file", "{\"file_path\":\"/x\",\"limit\":" + "9".repeat(500_000) + "}"))
                .startsWith("Error:")
                .hasSizeLessThan(500);
        assertThat(problem(toolbox, "ls", "[".repeat(1_000_000))).startsWith("Error:");
        assertThat(problem(toolbox, "ls", "{\"path\":".repeat(100_000))).startsWith("Error:");
    }

    @Test
    void two_tools_of_one_name_are_a_mistake() {
        assertThatThrownBy(
                        () -> new Toolbox(List.of(new WriteTodosTool(), new WriteTodosTool()), ToolSettings.defaults()))
                .hasMessageContaining("write_todos");
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> new ToolSettings(
                        1024,
                        1024,
                        1024,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        1024,
                        1024,
                        1024,
                        Duration.ofSeconds(1),
                        1,
                        1))
                .hasMessageContaining("execMaxTimeout");
    }

    private static String problem(Toolbox toolbox, String tool, String arguments) {
        return switch (toolbox.check(new ToolCall("1", tool, arguments))) {
            case Checked.Invalid invalid -> invalid.toolError();
            case Checked.Valid valid -> throw new AssertionError("was valid: " + valid.call());
        };
    }
}
