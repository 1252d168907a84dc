package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.Changes.Change;
import dev.holdpoint.sandbox.Changes.NoDiff;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a workspace was is kept out of its reach, and told from what it is. */
@Timeout(60)
class ChangesTest {

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private Workspaces workspaces;
    private SandboxFiles files;
    private Path workspace;
    private Path outside;

    @BeforeEach
    void open() throws IOException {
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "foreign\n");
        openWith(ChangeLimits.DEFAULT);
    }

    private void openWith(ChangeLimits limits) throws IOException {
        workspaces = workspaces("test", limits);
        workspace = workspaces.prepare(thread);
        files = workspaces.files(thread);
    }

    private Workspaces workspaces(String installation, ChangeLimits limits) throws IOException {
        Path root = folder.resolve("workspaces");
        return Workspaces.open(
                SandboxSettings.of(Backend.AUTO, installation, "owner", root).with(b -> b.changes = limits));
    }

    private static void fine() {}

    private void shell(String command) throws IOException, InterruptedException {
        var shell = new ProcessBuilder("bash", "-c", "set -e; " + command).directory(workspace.toFile());
        assertThat(shell.inheritIO().start().waitFor()).isZero();
    }

    private Changes changes(String turn) throws IOException, Overloaded {
        return files.changes(turn, (path, before, after) -> "<" + before + ">" + after)
                .orElseThrow();
    }

    /** Each file in one line, without the folder that all of them are in. */
    private List<String> told(String turn) throws IOException, Overloaded {
        return changes(turn).files().stream().map(ChangesTest::line).toList();
    }

    private static String line(Change c) {
        return c.kind() + " " + c.path().replace("/workspace/", "") + " " + (c.diff() == null ? c.reason() : c.diff());
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("workspaces/.baselines"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void what_was_added_modified_and_deleted_is_told_by_path() throws Exception {
        shell("mkdir -p a/b; echo 1 > a/b/changed; echo 2 > a/deleted; echo 3 > same; mkdir gone; echo 4 > gone/x");
        files.keep("turn", ChangesTest::fine);

        shell("echo 5 >> a/b/changed; rm -r a/deleted gone; mkdir -p new/er; echo 6 > new/er/file; touch empty");

        assertThat(told("turn"))
                .containsExactly(
                        "MODIFIED a/b/changed <1\n>1\n5\n",
                        "DELETED a/deleted <2\n>",
                        "ADDED empty <>",
                        "DELETED gone/x <4\n>",
                        "ADDED new/er/file <>6\n");
        assertThat(changes("turn").truncated()).isFalse();
    }

    @Test
    void what_was_not_changed_is_not_told_whatever_was_done_to_it() throws Exception {
        shell("echo 1 > a; echo 2 > b; echo 3 > c; ln -s a l; head -c 99 /dev/urandom > binary; mkdir d");
        files.keep("turn", ChangesTest::fine);

        shell(
                "touch -d '1 hour ago' a binary; chmod 755 b; cp c e; rm c; mv e c; rm l; ln -s a l; rmdir d; mkfifo pipe");

        assertThat(told("turn")).isEmpty();
        assertThat(changes("turn").truncated()).isFalse();
    }

    @Test
    void a_time_that_was_set_back_hides_nothing() throws Exception {
        shell("echo one > a; touch -d '1 day ago' a");
        files.keep("turn", ChangesTest::fine);

        shell("touch -r a before; echo two > a; touch -r before a; rm before");

        assertThat(told("turn")).containsExactly("MODIFIED a <one\n>two\n");
    }

    @Test
    void links_are_compared_by_where_they_lead_and_never_followed() throws Exception {
        shell("echo mine > file; ln -s file was; ln -s file turned; mkdir folder; echo in > folder/x");
        files.keep("turn", ChangesTest::fine);

        shell(
                "ln -s %1$s/secret added; ln -sfn %1$s turned; rm was; ln -sf %1$s/secret file; rm -r folder; ln -s %1$s folder"
                        .formatted(outside));

        assertThat(told("turn"))
                .containsExactly(
                        "ADDED added <>symbolic link to " + outside + "/secret\n",
                        "MODIFIED file <mine\n>symbolic link to " + outside + "/secret\n",
                        "ADDED folder <>symbolic link to " + outside + "\n",
                        "DELETED folder/x <in\n>",
                        "MODIFIED turned <symbolic link to file\n>symbolic link to " + outside + "\n",
                        "DELETED was <symbolic link to file\n>");
    }

    @Test
    void what_is_not_text_has_no_diff() throws Exception {
        shell(
                "printf 'a\\0b' > nul; printf '\\xff\\xfe' > bytes; echo text > becomes; printf '\\xff' > text; printf '\\xff' > gone");
        files.keep("turn", ChangesTest::fine);

        shell(
                "printf 'a\\0c' > nul; printf '\\xff\\xfd' > bytes; printf '\\xff' > becomes; echo text > text; rm gone; printf '\\xff' > new");

        assertThat(told("turn"))
                .containsExactly(
                        "MODIFIED becomes BINARY",
                        "MODIFIED bytes BINARY",
                        "DELETED gone BINARY",
                        "ADDED new BINARY",
                        "MODIFIED nul BINARY",
                        "MODIFIED text BINARY");
    }

    @Test
    void what_is_too_large_has_no_diff() throws Exception {
        openWith(new ChangeLimits(100, 10, 1000, 100, 1000));
        shell("printf 1234567890 > fits; printf 12345678901 > large; cp large same; cp large gone; cp large shrinks");
        files.keep("turn", ChangesTest::fine);

        shell(
                "printf 12345678901 > fits; printf 12345678902 > large; rm gone; printf 1 > shrinks; cp large new; cat same");

        assertThat(told("turn"))
                .containsExactly(
                        "MODIFIED fits TOO_LARGE",
                        "DELETED gone TOO_LARGE",
                        "MODIFIED large TOO_LARGE",
                        "ADDED new TOO_LARGE",
                        "MODIFIED shrinks TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "touch -r large ref; printf X | dd of=large conv=notrunc status=none; touch -r ref large; rm ref",
                "chmod 700 large",
                "mv large aside; mv aside large"
            })
    void what_is_too_large_to_compare_counts_as_modified_when_it_cannot_be_told(String command) throws Exception {
        openWith(new ChangeLimits(100, 10, 1000, 100, 1000));
        shell("printf 12345678901 > large; touch -d '1 day ago' large");
        files.keep("turn", ChangesTest::fine);

        shell(command);

        assertThat(told("turn")).containsExactly("MODIFIED large TOO_LARGE");
    }

    @Test
    void what_the_service_moved_for_a_sandbox_that_was_ready_is_not_told() throws Exception {
        openWith(new ChangeLimits(100, 10, 1000, 100, 1000));
        shell("printf 12345678901 > large; printf 1 > small; mkdir d; cp large d/large; ln -s large link");
        files.keep("turn", ChangesTest::fine);

        workspaces.claim(thread, workspaces.blank());

        assertThat(told("turn")).isEmpty();
    }

    @Test
    void what_a_command_changed_is_told_also_when_the_service_moved_it_afterwards() throws Exception {
        openWith(new ChangeLimits(100, 10, 1000, 100, 1000));
        shell("printf 12345678901 > large; touch -d '1 day ago' large");
        files.keep("turn", ChangesTest::fine);
        shell("touch -r large ref; printf X | dd of=large conv=notrunc status=none; touch -r ref large; rm ref");

        workspaces.claim(thread, workspaces.blank());

        assertThat(told("turn")).containsExactly("MODIFIED large TOO_LARGE");
    }

    @Test
    void all_contents_together_are_bounded() throws Exception {
        openWith(new ChangeLimits(100, 10, 25, 100, 1000));
        shell("for i in 1 2 3; do printf 123456789$i > $i; done");
        files.keep("turn", ChangesTest::fine);

        shell("for i in 1 2 3; do printf x > $i; done");

        assertThat(told("turn"))
                .hasSize(3)
                .filteredOn(l -> l.endsWith("TOO_LARGE"))
                .hasSize(1);
        assertThat(kept())
                .singleElement()
                .satisfies(f -> assertThat(Files.size(f)).isLessThan(400));
    }

    @Test
    void of_more_files_than_may_be_kept_only_what_is_certain_is_told() throws Exception {
        openWith(new ChangeLimits(3, 10, 1000, 100, 1000));
        shell("for i in 1 2 3 4 5; do echo 1 > $i; done");
        files.keep("turn", ChangesTest::fine);

        shell("for i in 1 2 3 4 5; do echo 2 > $i; done; echo 2 > 6");

        assertThat(told("turn")).hasSize(3).allMatch(l -> l.startsWith("MODIFIED"));
        assertThat(changes("turn").truncated()).isTrue();
    }

    @Test
    void a_look_at_a_workspace_that_grew_too_much_tells_no_lies_about_the_rest() throws Exception {
        openWith(new ChangeLimits(3, 10, 1000, 1000, 1000));
        shell("echo 1 > 1; mkdir d; echo 2 > d/2");
        files.keep("turn", ChangesTest::fine);

        shell("for i in {10..60}; do touch $i; done");

        assertThat(changes("turn").truncated()).isTrue();
        assertThat(told("turn")).hasSizeBetween(20, 30).allMatch(l -> l.startsWith("ADDED"));
    }

    @Test
    void folders_that_are_yet_to_be_looked_into_count_too() throws Exception {
        openWith(new ChangeLimits(3, 10, 1000, 1000, 1000));
        files.keep("turn", ChangesTest::fine);

        shell("for i in {10..60}; do mkdir $i; touch $i/x; done");

        assertThat(changes("turn").truncated()).isTrue();
        assertThat(told("turn")).isEmpty();
    }

    @Test
    void an_answer_is_bounded_in_files_and_diffs() throws Exception {
        openWith(new ChangeLimits(100, 100, 1000, 3, 10));
        files.keep("turn", ChangesTest::fine);

        shell("echo 1 > a; echo 12345 > b; echo 1 > c; echo 1 > d");

        assertThat(told("turn")).containsExactly("ADDED a <>1\n", "ADDED b TOO_LARGE", "ADDED c <>1\n");
        assertThat(changes("turn").truncated()).isTrue();
    }

    @Test
    void of_more_files_than_are_shown_the_first_ones_are_told() throws Exception {
        openWith(new ChangeLimits(100, 100, 1000, 3, 1000));
        shell("echo 1 > b; echo 1 > x; echo 1 > y");
        files.keep("turn", ChangesTest::fine);

        shell("for i in z d c e a g f; do echo 2 > $i; done; rm b x y");

        assertThat(told("turn")).containsExactly("ADDED a <>2\n", "DELETED b <1\n>", "ADDED c <>2\n");
        assertThat(changes("turn").truncated()).isTrue();
    }

    @Test
    void exactly_as_many_files_as_are_shown_are_all() throws Exception {
        openWith(new ChangeLimits(100, 100, 1000, 3, 1000));
        files.keep("turn", ChangesTest::fine);

        shell("touch a b c");

        assertThat(told("turn")).hasSize(3);
        assertThat(changes("turn").truncated()).isFalse();
    }

    private int diffsMade(String turn) throws IOException, Overloaded {
        AtomicInteger made = new AtomicInteger();
        files.changes(turn, (path, before, after) -> {
            made.incrementAndGet();
            return "<" + before + ">" + after;
        });
        return made.get();
    }

    @Test
    void nothing_is_compared_when_its_diff_has_no_room() throws Exception {
        openWith(new ChangeLimits(100, 100, 1000, 100, 10));
        shell("echo 1 > a; echo 1 > b");
        files.keep("turn", ChangesTest::fine);

        shell("echo 123456 > a; echo 2 > b; for i in {c..z}; do echo 123456789 > $i; done");

        assertThat(diffsMade("turn")).isEqualTo(2);
        assertThat(told("turn"))
                .startsWith("MODIFIED a TOO_LARGE", "MODIFIED b <1\n>2\n")
                .hasSize(26);
    }

    @Test
    void the_lines_that_are_compared_are_bounded() throws Exception {
        files.keep("turn", ChangesTest::fine);

        shell("for i in a b c d; do yes | head -n %d > $i; done; echo 1 > e".formatted(DiffBudget.MOST_LINES * 2 / 5));

        assertThat(diffsMade("turn")).isEqualTo(3);
        assertThat(changes("turn").files())
                .extracting(Change::reason)
                .containsExactly(null, null, NoDiff.TOO_LARGE, NoDiff.TOO_LARGE, null);
    }

    @Test
    void nothing_is_kept_where_nothing_may_be() throws Exception {
        openWith(new ChangeLimits(0, 100, 1000, 3, 10));

        files.keep("turn", ChangesTest::fine);

        assertThat(files.changes("turn", (path, before, after) -> "")).isEmpty();
        assertThat(kept()).isEmpty();
    }

    @Test
    void names_that_are_no_text_are_left_out_and_do_no_harm() throws Exception {
        files.keep("turn", ChangesTest::fine);

        shell("touch $'a\\xff' $'a\\xfe' b; mkdir $'d\\xff'; touch $'d\\xff'/x; n=$(printf 'n%.0s' {1..250});"
                + "for i in {1..20}; do mkdir $n; cd $n; touch x; done");

        assertThat(changes("turn").files().getFirst().path()).startsWith("/workspace/b");
        assertThat(changes("turn").files()).allMatch(c -> c.path().length() <= SandboxPath.MAX_BYTES);
        assertThat(changes("turn").truncated()).isTrue();
        // No path leads so deep, so nobody else can clean it up.
        workspaces.remove(thread, ChangesTest::fine);
    }

    @Test
    void what_is_kept_of_a_turn_stays_and_that_of_the_next_takes_its_place() throws Exception {
        files.keep("first", ChangesTest::fine);
        shell("echo 1 > a");

        files.keep("first", ChangesTest::fine);
        assertThat(told("first")).containsExactly("ADDED a <>1\n");
        assertThat(files.changes("second", (path, before, after) -> "")).isEmpty();

        files.keep("second", ChangesTest::fine);
        assertThat(told("second")).isEmpty();
        assertThat(files.changes("first", (path, before, after) -> "")).isEmpty();
        assertThat(kept()).hasSize(1);
    }

    @Test
    void whoever_may_no_longer_begin_the_turn_keeps_nothing() {
        assertThatThrownBy(() -> files.keep("turn", () -> {
                    throw new IllegalStateException("lost");
                }))
                .hasMessage("lost");

        assertThat(folder.resolve("workspaces/.baselines/test")).isEmptyDirectory();
        assertThat(folder.resolve("workspaces/.staging/test/owner")).isEmptyDirectory();
    }

    @Test
    void whoever_is_interrupted_stops_and_keeps_nothing() throws Exception {
        shell("mkdir d; for i in {1..100}; do echo $i > d/$i; done");
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> files.keep("turn", ChangesTest::fine));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(ClosedByInterruptException.class);
        assertThat(folder.resolve("workspaces/.baselines/test")).isEmptyDirectory();
        assertThat(folder.resolve("workspaces/.staging/test/owner")).isEmptyDirectory();
    }

    @Test
    void an_interrupt_in_the_middle_of_it_is_heard() throws Exception {
        Path staging = folder.resolve("workspaces/.staging/test/owner");
        shell("for i in {1..3000}; do echo $i > $i; done");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread keeper = Thread.ofVirtual()
                .start(() -> thrown.set(catchThrowable(() -> files.keep("turn", () -> {
                    throw new IllegalStateException("nobody interrupted it");
                }))));
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> staging.toFile().list().length > 0);

        keeper.interrupt();

        assertThat(keeper.join(Duration.ofSeconds(30))).isTrue();
        assertThat(thrown.get()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(staging).isEmptyDirectory();
        assertThat(folder.resolve("workspaces/.baselines/test")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../outside/turn", "a/b", "", "\0", "ümläut"})
    void a_turn_may_have_any_name(String turn) throws Exception {
        files.keep(turn, ChangesTest::fine);
        shell("echo 1 > a");

        assertThat(told(turn)).containsExactly("ADDED a <>1\n");
        assertThat(outside).isDirectoryContaining("glob:**/secret");
        assertThat(kept()).hasSize(1);
    }

    @Test
    void another_process_finds_it_and_another_installation_does_not() throws Exception {
        files.keep("turn", ChangesTest::fine);
        shell("echo 1 > a");

        openWith(ChangeLimits.DEFAULT);

        assertThat(told("turn")).containsExactly("ADDED a <>1\n");
        assertThat(workspaces("other", ChangeLimits.DEFAULT).files(thread).changes("turn", (path, before, after) -> ""))
                .isEmpty();
    }

    @Test
    void it_goes_with_the_workspace() throws Exception {
        files.keep("turn", ChangesTest::fine);
        assertThat(kept()).hasSize(1);

        workspaces.remove(thread, () -> {});

        assertThat(folder.resolve("workspaces/.baselines/test")).isEmptyDirectory();
    }

    @Test
    void what_is_kept_for_a_thread_that_is_gone_by_then_goes_too() throws Exception {
        files.keep("turn", () -> workspaces.remove(thread, ChangesTest::fine));

        assertThat(folder.resolve("workspaces/.baselines/test")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 20, 60})
    void a_file_that_was_cut_by_a_crash_of_the_machine_tells_nothing(int length) throws Exception {
        shell("echo 1 > a; echo 2 > b");
        files.keep("turn", ChangesTest::fine);
        Path file = kept().getFirst();
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));

        assertThat(files.changes("turn", (path, before, after) -> "")).isEmpty();
    }
}
