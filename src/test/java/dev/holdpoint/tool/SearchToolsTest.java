package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SearchToolsTest {

    private final Bench bench = new Bench();

    @BeforeEach
    void files() {
        bench.files
                .put("/workspace/b.py", "import os\nprint('a.b')\n")
                .put("/workspace/src/a.py", "x = 1\nX = 2\nx = 3\n")
                .put("/workspace/src/deep/c.txt", "nothing")
                .put("/workspace/.holdpoint/output/1.txt", "x = 1\n")
                .put("/shared/s.py", "x = 9\n");
    }

    @Test
    void ls_lists_one_folder() throws Exception {
        bench.files.putOdd("/workspace/link", FileEntry.Type.SYMLINK);

        assertThat(content("ls", "path", "/workspace/")).isEqualTo("""
                        /workspace/.holdpoint/
                        /workspace/b.py
                        /workspace/link (symbolic link)
                        /workspace/src/""");
        assertThat(content("ls", "path", "/")).isEqualTo("/workspace/\n/shared/");
    }

    @Test
    void nothing_is_no_files_found() throws Exception {
        Bench empty = new Bench();

        assertThat(empty.call("ls", "path", "/workspace")).isEqualTo(ToolResult.ok("No files found"));
        assertThat(empty.call("glob", "pattern", "**/*")).isEqualTo(ToolResult.ok("No files found"));
        assertThat(empty.call("grep", "pattern", "x")).isEqualTo(ToolResult.ok("No matches found"));
    }

    @Test
    void ls_of_what_is_no_folder_is_an_error() throws Exception {
        assertThat(content("ls", "path", "/workspace/b.py"))
                .contains("is not a folder")
                .contains("read_file");
        assertThat(content("ls", "path", "/workspace/none")).contains("does not exist");
        assertThat(content("ls", "path", "src")).contains("path must be absolute, such as /workspace/x");
        assertThat(bench.call("ls", "path", "/etc").outcome()).isEqualTo(Outcome.ERROR);
    }

    @Test
    void glob_stars_know_their_place() throws Exception {
        assertThat(content("glob", "pattern", "**/*.py"))
                .isEqualTo("/shared/s.py\n/workspace/b.py\n/workspace/src/a.py");
        assertThat(content("glob", "pattern", "*.py")).isEqualTo("/shared/s.py\n/workspace/b.py");
        assertThat(content("glob", "pattern", "*.py", "path", "/workspace/src")).isEqualTo("/workspace/src/a.py");
        assertThat(content("glob", "pattern", "/workspace/**/*.{txt,py}"))
                .isEqualTo("/workspace/b.py\n/workspace/src/a.py\n/workspace/src/deep/c.txt");
        assertThat(content("glob", "pattern", "workspace/s*/?.p[a-z]")).isEqualTo("/workspace/src/a.py");
        assertThat(content("glob", "pattern", "src/**")).isEqualTo("/workspace/src/a.py\n/workspace/src/deep/c.txt");
        assertThat(content("glob", "pattern", "./src//a.py")).isEqualTo("/workspace/src/a.py");
        assertThat(content("glob", "pattern", "*.rs")).isEqualTo("No files found");
        assertThat(content("glob", "pattern", "**/.holdpoint/**")).isEqualTo("/workspace/.holdpoint/output/1.txt");
    }

    @Test
    void glob_patterns_that_explode_or_hang_do_neither() throws Exception {
        bench.files.put("/workspace/" + "a".repeat(250), "");

        assertThat(content("glob", "pattern", "{a,b}".repeat(60))).contains("too many alternatives");
        assertThat(content("glob", "pattern", "*a".repeat(100) + "b")).isEqualTo("No files found");
        assertThat(content("glob", "pattern", "**/".repeat(200) + "b.py")).isEqualTo("/workspace/b.py");
        assertThat(content("glob", "pattern", "x".repeat(1_001))).contains("longer than 1,000");
        assertThat(content("glob", "pattern", "[")).isEqualTo("No files found");
        assertThat(content("glob", "pattern", "}{")).isEqualTo("No files found");
    }

    @Test
    void grep_is_literal_and_has_three_modes() throws Exception {
        assertThat(content("grep", "pattern", "x = ")).isEqualTo("/shared/s.py\n/workspace/src/a.py");
        assertThat(content("grep", "pattern", "x = ", "output_mode", "content", "path", "/workspace"))
                .isEqualTo("/workspace/src/a.py:1:x = 1\n/workspace/src/a.py:3:x = 3");
        assertThat(content("grep", "pattern", "x = ", "output_mode", "count"))
                .isEqualTo("/shared/s.py:1\n/workspace/src/a.py:2");
        assertThat(content("grep", "pattern", "a.b")).isEqualTo("/workspace/b.py");
        assertThat(content("grep", "pattern", "i.p")).isEqualTo("No matches found");
    }

    @Test
    void grep_keeps_to_path_and_glob() throws Exception {
        assertThat(content("grep", "pattern", "t", "glob", "*.txt")).isEqualTo("/workspace/src/deep/c.txt");
        assertThat(content("grep", "pattern", "x", "glob", "src/*.py")).isEqualTo("/workspace/src/a.py");
        assertThat(content("grep", "pattern", "x", "glob", "/workspace/**/*.py"))
                .isEqualTo("/workspace/src/a.py");
        assertThat(content("grep", "pattern", "x", "path", "/workspace/src/a.py", "output_mode", "count"))
                .isEqualTo("/workspace/src/a.py:2");
        assertThat(content("grep", "pattern", "x", "path", "/workspace/.holdpoint"))
                .isEqualTo("/workspace/.holdpoint/output/1.txt");
        assertThat(content("grep", "pattern", "x", "path", "/workspace/none")).contains("does not exist");
        assertThat(content("grep", "pattern", "x\ny")).contains("within one line");
    }

    @Test
    void grep_skips_binaries_and_what_is_no_file() throws Exception {
        bench.files.put("/workspace/bin", "needle\0").putOdd("/workspace/fifo", FileEntry.Type.OTHER);

        assertThat(content("grep", "pattern", "needle")).isEqualTo("No matches found");
        assertThat(content("grep", "pattern", "needle", "path", "/workspace/fifo"))
                .contains("not a regular file");
    }

    @Test
    void grep_shows_the_neighbourhood_of_a_match_in_a_long_line() throws Exception {
        bench.files.put("/workspace/min.js", "a".repeat(60_000) + "needle" + "b".repeat(30_000));

        assertThat(content("grep", "pattern", "needle", "output_mode", "content"))
                .startsWith("/workspace/min.js:1:…aaa")
                .contains("aneedleb")
                .endsWith("bbb…")
                .hasSizeLessThan(600);
    }

    @Test
    void grep_says_when_it_stops_early() throws Exception {
        bench.files.put("/workspace/many", "x = \n".repeat(100));
        assertThat(content("grep", "pattern", "x = ", "output_mode", "content"))
                .endsWith("[stopped early: there are more than 50 matches. Narrow path, glob or pattern]");

        for (int i = 0; i < 3; i++) {
            bench.files.put("/workspace/big" + i, "y\n".repeat(45_000));
        }
        assertThat(content("grep", "pattern", "zzz")).contains("stopped early: 200,000 bytes were searched");

        Bench hasty = new Bench(withScanTimeout(Duration.ofMillis(1)));
        for (int i = 0; i < 400; i++) {
            hasty.files.put("/workspace/f" + i, "y\n".repeat(200));
        }
        assertThat(hasty.call("grep", "pattern", "zzz").content()).contains("stopped early: the search took longer");
    }

    @Test
    void an_interrupted_search_ends() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> content("grep", "pattern", "x")).isInstanceOf(InterruptedException.class);

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> content("read_file", "file_path", "/workspace/b.py"))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void long_lists_say_so() throws Exception {
        for (int i = 0; i < 600; i++) {
            bench.files.put("/workspace/f" + i, "");
        }

        assertThat(content("ls", "path", "/workspace")).contains("only the first 50 entries");
        assertThat(content("glob", "pattern", "f*")).contains("only the first 50");
        assertThat(content("glob", "pattern", "zz*")).contains("too many files to look at all of them");
    }

    @Test
    void a_result_that_is_too_long_goes_to_a_file() throws Exception {
        bench.files.put("/workspace/long", ("needle" + "x".repeat(400) + "\n").repeat(40));

        ToolResult result = bench.callWithId(
                "../../etc/passwd", "grep", "pattern", "needle", "output_mode", "content", "path", "/workspace/long");

        assertThat(result.truncated()).isTrue();
        assertThat(result.outcome()).isEqualTo(Outcome.OK);
        String path = result.content().replaceAll("(?s).* is in (/\\S+):.*", "$1");
        assertThat(path).matches("/workspace/\\.holdpoint/results/[A-Za-z0-9_-]+\\.txt");
        assertThat(bench.files.text(path)).hasSizeGreaterThan(16_000).startsWith("/workspace/long:1:needle");
    }

    @Test
    void write_todos_gives_the_plan() throws Exception {
        Checked checked = bench.toolbox.check(new dev.holdpoint.event.ToolCall(
                "1",
                "write_todos",
                "{\"todos\":[{\"content\":\"a\",\"status\":\"completed\"},{\"content\":\"b\","
                        + "\"status\":\"in_progress\"}]}"));
        Checked.Valid valid = (Checked.Valid) checked;

        ToolResult result = valid.tool().call(Bench.approved(valid.call()), bench.context);

        assertThat(result.content()).isEqualTo("The plan has 2 items now, 1 completed.");
        assertThat(result.todos()).extracting("content").containsExactly("a", "b");
    }

    private static ToolSettings withScanTimeout(Duration timeout) {
        ToolSettings s = ToolSettings.defaults();
        return new ToolSettings(
                s.maxArgumentBytes(),
                s.outputCapBytes(),
                s.resultCapChars(),
                s.execDefaultTimeout(),
                s.execMaxTimeout(),
                s.maxFileBytes(),
                s.spoolCapBytes(),
                s.scanCapBytes(),
                timeout,
                s.maxEntries(),
                s.maxHits());
    }

    private String content(String tool, Object... arguments) throws InterruptedException {
        return bench.call(tool, arguments).content();
    }
}
