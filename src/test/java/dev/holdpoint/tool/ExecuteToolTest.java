package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Delta;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Overloaded;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.testing.FakeSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExecuteToolTest {

    private final Bench bench = new Bench();

    @Test
    void the_command_runs_as_it_is_and_the_last_line_tells_the_code() throws Exception {
        bench.sandbox.prints("hello\n", 3);

        ToolResult result = run("cat <<'E'\n$x \"q\"\nE");

        assertThat(result).isEqualTo(new ToolResult(Outcome.EXITED, "hello\n[exit code: 3]", 3, false, null));
        assertThat(bench.sandbox.requests())
                .containsExactly(new ExecRequest("cat <<'E'\n$x \"q\"\nE", Duration.ofMinutes(2)));
    }

    @Test
    void output_without_line_feed_and_no_output_still_end_in_a_line_of_their_own() throws Exception {
        bench.sandbox.prints("x", 0).prints("", 0);

        assertThat(run("a").content()).isEqualTo("x\n[exit code: 0]");
        assertThat(run("b").content()).isEqualTo("[no output]\n[exit code: 0]");
    }

    @Test
    void a_command_for_which_there_is_no_room_says_where_it_stood_and_when_to_try_again() throws Exception {
        bench.sandbox.next((request, output) -> {
            throw new Overloaded("8 commands run already", 3, Duration.ofMillis(4_200));
        });

        ToolResult result = run("x");

        assertThat(result)
                .isEqualTo(ToolResult.error("Error: the command was not run: 8 commands run already; its place in the "
                        + "queue was 3. Try again in 4 s."));
    }

    @Test
    void streams_are_merged_as_they_come_and_shown_live() throws Exception {
        bench.sandbox.next((request, output) -> {
            print(output, Delta.Stream.INFO, "pulling\n");
            print(output, Delta.Stream.STDOUT, "1\n");
            print(output, Delta.Stream.STDERR, "2\n");
            print(output, Delta.Stream.STDOUT, "3\n");
            return FakeSandbox.exited(0);
        });

        assertThat(run("x").content()).isEqualTo("1\n2\n3\n[exit code: 0]");
        assertThat(bench.live).containsExactly("INFO:pulling\n", "STDOUT:1\n", "STDERR:2\n", "STDOUT:3\n");
    }

    @Test
    void a_character_in_two_pieces_stays_one_even_with_the_other_stream_between() throws Exception {
        byte[] smile = "😀".getBytes(StandardCharsets.UTF_8);
        bench.sandbox.next((request, output) -> {
            output.accept(Delta.Stream.STDOUT, new byte[] {smile[0], smile[1]});
            print(output, Delta.Stream.STDERR, "é");
            output.accept(Delta.Stream.STDOUT, new byte[] {smile[2], smile[3]});
            output.accept(Delta.Stream.STDOUT, new byte[] {(byte) 0xff, 'a', (byte) 0xc3});
            return FakeSandbox.exited(0);
        });

        assertThat(run("x").content()).isEqualTo("é😀\uFFFDa\uFFFD\n[exit code: 0]");
        assertThat(bench.live).containsExactly("STDERR:é", "STDOUT:😀", "STDOUT:\uFFFDa", "STDOUT:\uFFFD");
    }

    @Test
    void every_ending_is_named() throws Exception {
        bench.sandbox
                .ends(Outcome.TIMED_OUT)
                .ends(Outcome.OOM_KILLED)
                .ends(Outcome.SANDBOX_LOST)
                .ends(Outcome.OUTCOME_UNKNOWN);

        ToolResult timedOut = bench.call("execute", "command", "x", "timeout", 7);
        assertThat(timedOut.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(timedOut.exitCode()).isNull();
        assertThat(timedOut.content()).endsWith("[timed out after 7 s]");
        assertThat(run("x").content()).contains("out of memory");
        assertThat(run("x").outcome()).isEqualTo(Outcome.SANDBOX_LOST);
        assertThat(run("x").content()).contains("outcome unknown");
        assertThat(bench.sandbox.requests().getFirst().timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void long_output_is_cut_in_the_middle_and_kept_whole() throws Exception {
        String output = "start\n" + "é".repeat(5_000) + "\nend\n";
        bench.sandbox.prints(output, 1);

        ToolResult result = run("x");

        assertThat(result.truncated()).isTrue();
        assertThat(result.content())
                .startsWith("start\né")
                .contains("bytes left out here. The whole output is in /workspace/.holdpoint/output/call_1.txt:")
                .endsWith("é\nend\n[exit code: 1]")
                .doesNotContain("\uFFFD");
        assertThat(result.content().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2_400);
        assertThat(bench.files.text("/workspace/.holdpoint/output/call_1.txt")).isEqualTo(output);
    }

    @Test
    void the_bytes_left_out_add_up() throws Exception {
        bench.sandbox.prints("x".repeat(2_001), 0);
        bench.sandbox.prints("x".repeat(2_000), 0);

        assertThat(run("x").content()).contains("\n[1 byte left out here.");
        assertThat(run("x").content()).isEqualTo("x".repeat(2_000) + "\n[exit code: 0]");
    }

    @Test
    void a_flood_is_bounded_everywhere_and_its_end_is_shown() throws Exception {
        bench.sandbox.next((request, output) -> {
            for (int i = 0; i < 5_000; i++) {
                print(output, Delta.Stream.STDOUT, "line " + i + "\n");
            }
            return FakeSandbox.exited(0);
        });

        ToolResult result = run("yes");

        assertThat(result.content())
                .startsWith("line 0\n")
                .contains("The first 20,000 of its 48,890 bytes: is in /workspace/.holdpoint/output/call_1.txt")
                .contains("; the rest was not kept]")
                .endsWith("line 4999\n[exit code: 0]");
        assertThat(bench.files.bytes("/workspace/.holdpoint/output/call_1.txt")).hasSize(20_000);
        assertThat(String.join("", bench.live)).hasSizeLessThan(45_000).contains("more output than is shown live");
    }

    @Test
    void what_cannot_be_kept_is_said() throws Exception {
        bench.files.put("/workspace/.holdpoint/output/call_1.txt/x", "in the way");
        bench.sandbox.prints("x".repeat(3_000), 0);

        assertThat(run("x").content())
                .contains("The whole output could not be kept: ")
                .endsWith("[exit code: 0]");
    }

    @Test
    void no_sandbox_is_a_tool_error() throws Exception {
        bench.sandbox.next((request, output) -> {
            throw new SandboxUnavailable("the engine does not answer: start it");
        });

        ToolResult result = run("x");

        assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.content()).contains("was not run").contains("the engine does not answer: start it");
    }

    @Test
    void an_interrupt_goes_through_and_leaves_nothing_behind() throws Exception {
        long before = spools();
        bench.sandbox.next((request, output) -> {
            print(output, Delta.Stream.STDOUT, "x".repeat(5_000));
            throw new InterruptedException("cancelled");
        });

        assertThatThrownBy(() -> run("x")).isInstanceOf(InterruptedException.class);
        assertThat(spools()).isEqualTo(before);
    }

    @Test
    void a_child_that_speaks_after_the_end_changes_nothing() throws Exception {
        long before = spools();
        AtomicReference<ExecOutput> kept = new AtomicReference<>();
        bench.sandbox.next((request, output) -> {
            kept.set(output);
            return FakeSandbox.exited(0);
        });
        run("sleep 9 &");

        print(kept.get(), Delta.Stream.STDOUT, "late".repeat(5_000));

        assertThat(bench.live).isEmpty();
        assertThat(spools()).isEqualTo(before);
    }

    @Test
    void a_nul_is_refused_before_anything_runs() throws Exception {
        assertThat(run("a\0b").content()).contains("NUL");
        assertThat(bench.sandbox.requests()).isEmpty();
    }

    private ToolResult run(String command) throws InterruptedException {
        return bench.call("execute", "command", command);
    }

    private static void print(ExecOutput output, Delta.Stream stream, String text) {
        output.accept(stream, text.getBytes(StandardCharsets.UTF_8));
    }

    private static long spools() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("holdpoint-output-"))
                    .count();
        }
    }
}
