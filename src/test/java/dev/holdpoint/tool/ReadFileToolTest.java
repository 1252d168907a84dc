package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadFileToolTest {

    private final Bench bench = new Bench();

    @Test
    void lines_are_numbered() throws Exception {
        bench.files.put("/workspace/a.txt", "one\n\n  three\n");

        assertThat(read("/workspace/a.txt")).isEqualTo("     1\tone\n     2\t\n     3\t  three");
    }

    @Test
    void a_last_line_without_line_feed_counts() throws Exception {
        bench.files.put("/workspace/a.txt", "one\ntwo");

        assertThat(read("/workspace/a.txt")).isEqualTo("     1\tone\n     2\ttwo");
    }

    @Test
    void a_page_says_how_many_lines_remain() throws Exception {
        bench.files.put("/workspace/a.txt", numbers(250));

        assertThat(read("/workspace/a.txt"))
                .startsWith("     1\tline 1\n")
                .endsWith("   100\tline 100\n[150 lines remain: go on with offset=100]");
        assertThat(bench.call("read_file", "file_path", "/workspace/a.txt", "offset", 247, "limit", 2)
                        .content())
                .isEqualTo("   248\tline 248\n   249\tline 249\n[1 line remains: go on with offset=249]");
        assertThat(bench.call("read_file", "file_path", "/workspace/a.txt", "offset", 248)
                        .content())
                .isEqualTo("   249\tline 249\n   250\tline 250");
    }

    @Test
    void past_the_end_is_an_error_that_tells_the_length() throws Exception {
        bench.files.put("/workspace/a.txt", "one\n");

        ToolResult result = bench.call("read_file", "file_path", "/workspace/a.txt", "offset", 2_000_000_000);

        assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.content()).contains("the file has 1 line.");
    }

    @Test
    void a_long_line_is_split_and_its_parts_are_numbered() throws Exception {
        Bench wide = new Bench(ToolSettings.defaults());
        wide.files.put("/workspace/a.txt", "x".repeat(1_999) + "😀" + "y".repeat(2_500) + "\nend\n");

        String text = wide.call("read_file", "file_path", "/workspace/a.txt").content();

        assertThat(text.lines().map(line -> line.substring(0, 9)))
                .containsExactly("     1\txx", "   1.1\tyy", "   1.2\tyy", "     2\ten");
        assertThat(text).contains("x😀\n");
    }

    @Test
    void a_page_never_outgrows_a_result_and_says_where_to_go_on() throws Exception {
        bench.files.put("/workspace/a.txt", ("z".repeat(300) + "\n").repeat(50));

        String text = read("/workspace/a.txt");

        assertThat(text).hasSizeLessThan(4_000).endsWith("[39 lines remain: go on with offset=11]");
    }

    @Test
    void a_line_longer_than_a_page_is_cut_and_says_so() throws Exception {
        bench.files.put("/workspace/a.txt", "z".repeat(50_000) + "\nnext\n");

        assertThat(read("/workspace/a.txt"))
                .contains("[line 1 is longer than one page and is cut here")
                .endsWith("[1 line remains: go on with offset=1]");
    }

    @Test
    void an_empty_file_is_said_to_be_empty() throws Exception {
        bench.files.put("/workspace/a.txt", "");

        assertThat(read("/workspace/a.txt")).isEqualTo("[/workspace/a.txt exists and is empty]");
    }

    @Test
    void crlf_is_not_shown_but_told() throws Exception {
        bench.files.put("/workspace/a.txt", "one\r\ntwo\r\n");

        assertThat(read("/workspace/a.txt")).isEqualTo("     1\tone\n     2\ttwo\n[lines end in CRLF]");
    }

    @Test
    void binaries_are_refused_and_other_encodings_are_shown() throws Exception {
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        bench.files.put("/workspace/nul", "abc\0def".getBytes(StandardCharsets.UTF_8));
        bench.files.put("/workspace/noise", noise);
        bench.files.put("/workspace/latin", "caf\u00e9 au lait\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(read("/workspace/nul")).startsWith("Error: /workspace/nul is not a text file");
        assertThat(read("/workspace/noise")).startsWith("Error: /workspace/noise is not a text file");
        assertThat(read("/workspace/latin")).isEqualTo("     1\tcaf\uFFFD au lait");
    }

    @Test
    void a_file_beyond_the_scan_bound_still_answers() throws Exception {
        bench.files.put("/workspace/a.txt", numbers(50_000));

        assertThat(read("/workspace/a.txt")).contains("[more than ").endsWith("go on with offset=100]");
        assertThat(bench.call("read_file", "file_path", "/workspace/a.txt", "offset", 49_000)
                        .content())
                .contains("too far into this file");
    }

    @Test
    void bad_paths_are_errors_that_can_be_mended() throws Exception {
        bench.files.putOdd("/workspace/link", FileEntry.Type.SYMLINK);

        assertThat(read("a.txt")).contains("path must be absolute, such as /workspace/x");
        assertThat(read("")).contains("path must be absolute, such as /workspace/x");
        assertThat(read("/workspace/../etc/passwd")).contains("must not hold '..'");
        assertThat(read("/workspace/a\nb")).contains("control characters").doesNotContain("\n");
        assertThat(read("/etc/passwd")).contains("outside of /workspace and /shared");
        assertThat(read("/workspace/none")).contains("does not exist").contains("ls or glob");
        assertThat(read("/workspace")).contains("not a regular file");
        assertThat(read("/workspace/link")).contains("not a regular file");
        assertThat(bench.call("read_file", "file_path", "/etc/passwd").outcome())
                .isEqualTo(Outcome.ERROR);
    }

    private String read(String path) throws InterruptedException {
        return bench.call("read_file", "file_path", path).content();
    }

    private static String numbers(int n) {
        return IntStream.rangeClosed(1, n).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }
}
