package dev.holdpoint.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteAndEditTest {

    private static final String FILE = "/workspace/a.txt";

    private final Bench bench = new Bench();

    @Test
    void write_creates_and_replaces() throws Exception {
        ToolResult first = bench.call("write_file", "file_path", "/workspace//new/./a.txt", "content", "é\r\n");
        ToolResult second = bench.call("write_file", "file_path", "/workspace/new/a.txt", "content", "");

        assertThat(first.content()).isEqualTo("Created /workspace/new/a.txt (4 bytes)");
        assertThat(second.content()).isEqualTo("Replaced /workspace/new/a.txt (0 bytes)");
        assertThat(bench.files.bytes("/workspace/new/a.txt")).isEmpty();
    }

    @Test
    void write_keeps_every_byte_of_the_content() throws Exception {
        String content = "\uFEFFa\0b\r\nc\t😀";

        bench.call("write_file", "file_path", FILE, "content", content);

        assertThat(bench.files.bytes(FILE)).isEqualTo(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_cannot_be_written_says_why() throws Exception {
        assertThat(write("/shared/a")).contains("/shared can't be changed: write to /workspace");
        assertThat(write("/workspace")).contains("not a regular file");
        assertThat(write("a.txt")).contains("path must be absolute, such as /workspace/x");
        assertThat(bench.call("write_file", "file_path", FILE, "content", "x".repeat(100_001))
                        .content())
                .contains("larger than 100000 bytes");
        assertThat(bench.files.has(FILE)).isFalse();
    }

    @Test
    void edit_replaces_what_is_unique() throws Exception {
        bench.files.put(FILE, "\uFEFFone\r\ntwo\nthree");

        ToolResult result = edit("two\nth", "2\nTH", false);

        assertThat(result).isEqualTo(ToolResult.ok("Replaced 1 occurrence in " + FILE));
        assertThat(bench.files.text(FILE)).isEqualTo("\uFEFFone\r\n2\nTHree");
    }

    @Test
    void edit_explains_what_it_cannot_find_or_finds_too_often() throws Exception {
        bench.files.put(FILE, "a\na\na\n");

        assertThat(edit("b", "c", false).content()).contains("old_string was not found");
        assertThat(edit("a", "c", false).content()).contains("found 3 times").contains("replace_all");
        assertThat(edit("a", "a", true).content()).contains("are the same");
        assertThat(edit("", "x", false).content()).contains("'old_string' must not be empty");
        assertThat(edit("b", "c", false).outcome()).isEqualTo(Outcome.ERROR);
        assertThat(bench.files.text(FILE)).isEqualTo("a\na\na\n");
    }

    @Test
    void edit_replaces_all_when_told() throws Exception {
        bench.files.put(FILE, "a\na\na");

        assertThat(edit("a", "$0\\1", true).content()).contains("Replaced 3 occurrences");
        assertThat(bench.files.text(FILE)).isEqualTo("$0\\1\n$0\\1\n$0\\1");
    }

    @Test
    void in_a_crlf_file_a_line_feed_means_crlf() throws Exception {
        bench.files.put(FILE, "one\r\ntwo\r\nthree\r\n");

        edit("one\ntwo", "1\n2\n2b", false);

        assertThat(bench.files.text(FILE)).isEqualTo("1\r\n2\r\n2b\r\nthree\r\n");
    }

    @Test
    void edit_refuses_what_it_would_damage() throws Exception {
        byte[] latin = "caf\u00e9 a".getBytes(StandardCharsets.ISO_8859_1);
        bench.files.put(FILE, latin);

        assertThat(edit("a", "b", true).content()).contains("not a UTF-8 text file");
        assertThat(bench.files.bytes(FILE)).isEqualTo(latin);
    }

    @Test
    void edit_is_bounded_in_what_it_reads_and_makes() throws Exception {
        bench.files.put(FILE, "a".repeat(100_000));
        assertThat(edit("a", "b".repeat(100_000), true).content()).contains("would become larger");

        bench.files.put(FILE, "a".repeat(100_001));
        assertThat(edit("a", "b", true).content()).contains("larger than 100,000 bytes");
    }

    @Test
    void people_read_the_path_and_the_text() {
        assertThat(bench.describe("write_file", "file_path", FILE, "content", "x\ny"))
                .isEqualTo(FILE + "\nx\ny");
        assertThat(bench.describe(
                        "edit_file", "file_path", FILE, "old_string", "x", "new_string", "y", "replace_all", true))
                .isEqualTo(FILE + " (every occurrence)\n--- old\nx\n--- new\ny");
        assertThat(bench.describe("execute", "command", "rm -rf x  # \u202e")).isEqualTo("rm -rf x  # \u202e");
    }

    @Test
    void a_diff_shows_what_would_change_and_changes_nothing() {
        bench.files.put(FILE, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");

        String expected = """
                --- /workspace/a.txt
                +++ /workspace/a.txt
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8""";
        assertThat(bench.diff("edit_file", "file_path", FILE, "old_string", "5", "new_string", "five"))
                .contains(expected);
        assertThat(bench.diff("write_file", "file_path", FILE, "content", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"))
                .contains(expected);
        assertThat(bench.files.text(FILE)).contains("5");
    }

    @Test
    void a_path_cannot_pass_for_lines_of_a_diff() {
        String path = "/workspace/a\n@@ -1,1 +1,1 @@\n-safe\n+safe";

        String diff = FileDiff.unified(path, "1\n", "2\n");

        String quoted = "\"/workspace/a\\n@@ -1,1 +1,1 @@\\n-safe\\n+safe\"";
        assertThat(diff).isEqualTo("--- " + quoted + "\n+++ " + quoted + "\n@@ -1,1 +1,1 @@\n-1\n+2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a b'é😀.txt | a b'é😀.txt",
                "a\"b | \"a\\\"b\"",
                "a\\b | \"a\\\\b\"",
                "`\r\ta` | \"\\r\\ta\"",
                "a\u001Bb | \"a\\033b\"",
                "a\u0085b | \"a\\302\\205b\"",
                "a\u2028b | \"a\\342\\200\\250b\"",
                "a\u202Eb | \"a\\342\\200\\256b\""
            })
    void a_path_in_which_something_does_not_show_is_quoted(String name, String shown) {
        String diff = FileDiff.unified(name, "1\n", "2\n");

        assertThat(diff).startsWith("--- " + shown + "\n+++ " + shown + "\n@@ ");
    }

    @Test
    void people_read_a_path_that_cannot_pass_for_the_text() {
        String path = "/workspace/a\n#!/bin/sh\necho safe";

        assertThat(bench.describe("write_file", "file_path", path, "content", "x"))
                .isEqualTo("\"/workspace/a\\n#!/bin/sh\\necho safe\"\nx");
        assertThat(bench.describe("edit_file", "file_path", path, "old_string", "x", "new_string", "y"))
                .startsWith("\"/workspace/a\\n#!/bin/sh\\necho safe\"\n--- old\nx\n");
    }

    @Test
    void what_was_only_added_or_removed_is_in_its_place() {
        String before = "a\nb\nc\n";

        assertThat(FileDiff.unified("f", before, "a\nb\nnew\nc\n")).endsWith("@@ -1,3 +1,4 @@\n a\n b\n+new\n c");
        assertThat(FileDiff.unified("f", before, "a\nc\n")).endsWith("@@ -1,3 +1,2 @@\n a\n-b\n c");
        assertThat(FileDiff.unified("f", "", before)).endsWith("@@ -0,0 +1,3 @@\n+a\n+b\n+c");
        assertThat(FileDiff.unified("f", "", "")).isEmpty();
        assertThat(FileDiff.unified("f", before, "")).endsWith("@@ -1,3 +0,0 @@\n-a\n-b\n-c");
    }

    @Test
    void a_diff_shows_line_ends_and_the_missing_last_one() {
        bench.files.put(FILE, "a\nb\n");

        assertThat(bench.diff("write_file", "file_path", FILE, "content", "a\nb"))
                .hasValueSatisfying(diff -> assertThat(diff).endsWith("-b\n+b\n\\ No newline at end of file"));
        assertThat(bench.diff("write_file", "file_path", FILE, "content", "a\r\nb\n"))
                .hasValueSatisfying(diff -> assertThat(diff).contains("-a\n+a\r\n"));
        assertThat(bench.diff("write_file", "file_path", FILE, "content", ""))
                .hasValueSatisfying(diff -> assertThat(diff).endsWith("-a\n-b"));
    }

    @Test
    void there_is_no_diff_where_there_is_nothing_to_compare() {
        bench.files.put(FILE, "a\0");
        bench.files.put("/workspace/b", "b");

        assertThat(bench.diff("write_file", "file_path", "/workspace/none", "content", "x"))
                .isEmpty();
        assertThat(bench.diff("write_file", "file_path", "relative", "content", "x"))
                .isEmpty();
        assertThat(bench.diff("write_file", "file_path", FILE, "content", "x")).isEmpty();
        assertThat(bench.diff("write_file", "file_path", "/workspace/b", "content", "b"))
                .isEmpty();
        assertThat(bench.diff("edit_file", "file_path", "/workspace/b", "old_string", "x", "new_string", "y"))
                .isEmpty();
    }

    @Test
    void a_large_diff_is_quick_and_bounded() {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            before.append("old ").append(i).append('\n');
            after.append("new ").append(i).append('\n');
        }

        long start = System.nanoTime();
        String diff = FileDiff.of(FILE, before.toString(), "x\n" + after).orElseThrow();

        assertThat(diff).hasSizeLessThan(210_000).contains("-old 0\n").contains("the diff is cut here");
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    private String write(String path) throws InterruptedException {
        return bench.call("write_file", "file_path", path, "content", "x").content();
    }

    private ToolResult edit(String old, String now, boolean all) throws InterruptedException {
        return bench.call("edit_file", "file_path", FILE, "old_string", old, "new_string", now, "replace_all", all);
    }
}
