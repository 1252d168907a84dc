package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkspaceCopyTest {

    @TempDir
    Path folder;

    private final ThreadId from = ThreadId.create();
    private final ThreadId to = ThreadId.create();
    private Workspaces workspaces;
    private Path source;
    private Path copy;
    private Path outside;

    @BeforeEach
    void open() throws Exception {
        workspaces = Workspaces.open(SandboxSettings.of(Backend.AUTO, "test", "owner", folder.resolve("workspaces")));
        source = workspaces.prepare(from);
        copy = workspaces.prepare(to);
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void shell(String command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor())
                .isZero();
    }

    @Test
    void files_folders_and_links_arrive_with_their_modes_and_belong_to_the_user_of_the_sandbox() throws Exception {
        Files.createDirectories(source.resolve("a/b/empty"));
        Files.writeString(source.resolve("a/b/run.sh"), "#!/bin/sh\n");
        mode(source.resolve("a/b/run.sh"), "rwxr-x--x");
        mode(source.resolve("a/b"), "r-xr-xr-x");
        Files.write(source.resolve("large"), new byte[300_000]);
        Files.createSymbolicLink(source.resolve("a/link"), outside);
        Files.createSymbolicLink(source.resolve("dangling"), Path.of("../nowhere"));

        workspaces.copy(from, to);

        assertThat(copy.resolve("a/b/run.sh")).hasContent("#!/bin/sh\n");
        assertThat(mode(copy.resolve("a/b/run.sh"))).isEqualTo("rwxr-x--x");
        assertThat(mode(copy.resolve("a/b"))).isEqualTo("r-xr-xr-x");
        assertThat(mode(copy)).isEqualTo("rwxr-x---");
        assertThat(copy.resolve("a/b/empty")).isEmptyDirectory();
        assertThat(copy.resolve("large")).hasSize(300_000);
        assertThat(Files.readSymbolicLink(copy.resolve("a/link"))).isEqualTo(outside);
        assertThat(Files.readSymbolicLink(copy.resolve("dangling"))).isEqualTo(Path.of("../nowhere"));
        for (String name : new String[] {"", "a", "a/b", "a/b/run.sh", "a/link", "large"}) {
            assertThat(Files.getAttribute(copy.resolve(name), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .as(name)
                    .isEqualTo(workspaces.user().uid());
        }
        assertThat(workspaces.staging()).isEmptyDirectory();
    }

    @Test
    void the_copy_is_apart_from_its_source_also_where_names_share_a_file() throws Exception {
        Files.writeString(source.resolve("one"), "old");
        Files.createLink(source.resolve("two"), source.resolve("one"));

        workspaces.copy(from, to);

        Files.writeString(source.resolve("one"), "new");
        assertThat(copy.resolve("one")).hasContent("old");
        assertThat(copy.resolve("two")).hasContent("old");
    }

    @Test
    void pipes_and_sockets_are_left_out() throws Exception {
        shell("mkfifo '%s'".formatted(source.resolve("pipe")));
        shell("python3 -c 'import socket, os; os.chdir(\"%s\"); socket.socket(socket.AF_UNIX).bind(\"s\")'"
                .formatted(source));
        Files.writeString(source.resolve("file"), "x");

        workspaces.copy(from, to);

        assertThat(copy.toFile().list()).containsExactly("file");
    }

    @Test
    void a_name_that_is_no_text_is_copied() throws Exception {
        shell("cd '%s' && touch \"$(printf 'a\\377b')\"".formatted(source));

        workspaces.copy(from, to);

        shell("cd '%s' && test -f \"$(printf 'a\\377b')\"".formatted(copy));
    }

    @Test
    void what_its_owner_may_not_read_is_copied_by_root_and_named_to_others() throws Exception {
        Files.createDirectories(source.resolve("locked"));
        Files.writeString(source.resolve("locked/file"), "x");
        mode(source.resolve("locked"), "---------");

        if (workspaces.user().serviceIsRoot()) {
            workspaces.copy(from, to);
            assertThat(mode(copy.resolve("locked"))).isEqualTo("---------");
            assertThat(copy.resolve("locked/file")).hasContent("x");
        } else {
            assertThatThrownBy(() -> workspaces.copy(from, to))
                    .hasMessageContaining("/workspace/locked can't be read")
                    .isInstanceOfSatisfying(
                            FileProblem.class,
                            problem -> assertThat(problem.kind()).isEqualTo(Kind.READ_ONLY));
            assertThat(workspaces.staging()).isEmptyDirectory();
            mode(source.resolve("locked"), "rwx------");
        }
    }

    @Test
    void a_thread_that_has_files_keeps_them() throws Exception {
        Files.writeString(source.resolve("a"), "theirs");
        Files.writeString(copy.resolve("b"), "mine");

        assertThatThrownBy(() -> workspaces.copy(from, to)).isInstanceOf(IOException.class);

        assertThat(copy.toFile().list()).containsExactly("b");
        assertThat(workspaces.staging()).isEmptyDirectory();
    }

    @Test
    void a_thread_without_a_workspace_has_nothing_to_copy() {
        assertThatThrownBy(() -> workspaces.copy(ThreadId.create(), to))
                .isInstanceOfSatisfying(
                        FileProblem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    private void copyAtMost(long bytes) throws IOException {
        try (WorkspaceCopy copying = new WorkspaceCopy(workspaces, from, bytes)) {
            copying.make();
        }
    }

    @Test
    void holes_count_and_a_copy_that_gets_too_large_leaves_nothing() throws Exception {
        try (RandomAccessFile sparse =
                new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThatThrownBy(() -> workspaces.copy(from, to))
                .hasMessageContaining("HOLDPOINT_MAX_FORK_BYTES")
                .isInstanceOfSatisfying(
                        FileProblem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.TOO_LARGE));

        assertThat(workspaces.staging()).isEmptyDirectory();
        assertThat(copy).isEmptyDirectory();
    }

    @Test
    void all_files_count_together() throws Exception {
        Files.createDirectory(source.resolve("d"));
        Files.write(source.resolve("a"), new byte[600]);
        Files.write(source.resolve("d/b"), new byte[400]);

        assertThatCode(() -> copyAtMost(1000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> copyAtMost(999)).isInstanceOf(FileProblem.class);
    }

    @Test
    void five_thousand_small_files_take_seconds() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            Path file = source.resolve("d" + i % 100).resolve("f" + i);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "file " + i);
        }
        long start = System.nanoTime();

        workspaces.copy(from, to);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        try (var all = Files.walk(copy)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(5_000);
        }
        assertThat(copy.resolve("d99/f4999")).hasContent("file 4999");
    }

    @Test
    void folders_nested_deeper_than_any_path_are_copied_with_what_lies_beside_them() throws Exception {
        String make = """
                import os
                os.chdir('%s')
                for i in range(500):
                    os.mkdir('a'); os.mkdir('z'); open('a/f', 'w').close(); open('z/f', 'w').close()
                    os.mkdir('d' * 20); os.chdir('d' * 20)
                """.formatted(source);
        assertThat(new ProcessBuilder("python3", "-c", make).inheritIO().start().waitFor())
                .isZero();

        workspaces.copy(from, to);

        shell("n=$(find '%s' -name f | wc -l); test \"$n\" = 1000".formatted(copy));
        workspaces.remove(from, () -> {});
        workspaces.remove(to, () -> {});
        assertThat(workspaces.staging()).isEmptyDirectory();
    }

    @Test
    void what_is_swapped_for_a_link_or_removed_meanwhile_leads_nowhere_and_stops_nothing() throws Exception {
        Files.createDirectory(source.resolve("real"));
        Files.writeString(source.resolve("real/secret"), "mine");
        Files.createSymbolicLink(source.resolve("evil"), outside);
        Files.createDirectory(source.resolve("last"));
        Files.writeString(source.resolve("last/file"), "there");
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> swap(stop));
        try {
            for (int i = 0; i < 1_000; i++) {
                ThreadId fork = ThreadId.create();

                workspaces.copy(from, fork);

                Path made = workspaces.prepare(fork);
                assertThat(made.resolve("last/file")).hasContent("there");
                assertOwn(made.resolve("x"));
                workspaces.remove(fork, () -> {});
            }
        } finally {
            stop.set(true);
            swapper.join();
        }
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    private static void assertOwn(Path swapped) throws IOException {
        Path secret = swapped.resolve("secret");
        if (Files.isDirectory(swapped, LinkOption.NOFOLLOW_LINKS) && Files.exists(secret)) {
            assertThat(secret).hasContent("mine");
        }
    }

    /** Lets one name be in turn a folder, nothing, and a link to the outside, as a hostile sandbox would. */
    private void swap(AtomicBoolean stop) {
        Path name = source.resolve("x");
        try {
            while (!stop.get()) {
                Files.move(source.resolve("real"), name, StandardCopyOption.ATOMIC_MOVE);
                Files.move(name, source.resolve("real"), StandardCopyOption.ATOMIC_MOVE);
                Files.move(source.resolve("evil"), name, StandardCopyOption.ATOMIC_MOVE);
                Files.move(name, source.resolve("evil"), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (NoSuchFileException e) {
            throw new AssertionError("somebody took the attacker's files", e);
        } catch (FileSystemException e) {
            throw new AssertionError("the attacker gave up", e);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
