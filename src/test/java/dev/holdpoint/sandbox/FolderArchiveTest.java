package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives are judged by the tar of the system. */
@Timeout(60)
class FolderArchiveTest {

    private static final long LIMIT = 64L << 20;

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private Path workspace;
    private Path unpacked;
    private SandboxFiles files;

    @BeforeEach
    void open() throws IOException {
        Workspaces workspaces =
                Workspaces.open(SandboxSettings.of(Backend.AUTO, "test", "owner", folder.resolve("workspaces")));
        workspace = workspaces.prepare(thread);
        files = workspaces.files(thread);
        unpacked = Files.createDirectory(folder.resolve("unpacked"));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private void shell(String command) throws IOException, InterruptedException {
        assertThat(run("sh", "-c", "cd '" + workspace + "' && " + command)).isZero();
    }

    private Path unpack(byte[] archive) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("archive.tar.gz"), archive);
        assertThat(run("tar", "xzf", file.toString(), "-C", unpacked.toString()))
                .isZero();
        return unpacked.resolve("workspace");
    }

    private byte[] pack(String path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.archive(path, LIMIT).writeTo(out);
        return out.toByteArray();
    }

    @Test
    void files_folders_and_links_come_with_modes_and_times_and_nothing_else_does() throws Exception {
        shell(
                "mkdir -p a/empty; echo one > a/run; chmod 750 a/run; touch -d 2001-02-03T04:05:06Z a/run; ln a/run a/same");
        shell("ln -s /etc/passwd a/link; ln -s ../nowhere dangling; mkfifo a/pipe");
        shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'");

        Path there = unpack(pack("/workspace"));

        assertThat(there.toFile().list()).containsExactlyInAnyOrder("a", "dangling");
        assertThat(there.resolve("a").toFile().list()).containsExactlyInAnyOrder("empty", "run", "same", "link");
        assertThat(there.resolve("a/run")).hasContent("one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there.resolve("a/run"))))
                .isEqualTo("rwxr-x---");
        assertThat(Files.getLastModifiedTime(there.resolve("a/run"))).hasToString("2001-02-03T04:05:06Z");
        assertThat(Files.readSymbolicLink(there.resolve("a/link"))).isEqualTo(Path.of("/etc/passwd"));
        assertThat(Files.readSymbolicLink(there.resolve("dangling"))).isEqualTo(Path.of("../nowhere"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"two\nlines", " spaces ", "Grüße-日本-🎉", "-rf", "back\\slash", "\"quoted'", "tab\tbell\u0007"})
    void a_name_stays_what_it_is(String name) throws Exception {
        Files.writeString(Files.createDirectory(workspace.resolve(name)).resolve(name), "x");
        Files.createSymbolicLink(workspace.resolve("link"), Path.of(name));

        Path there = unpack(pack("/workspace"));

        assertThat(there.resolve(name).resolve(name)).hasContent("x");
        assertThat(Files.readSymbolicLink(there.resolve("link"))).isEqualTo(Path.of(name));
    }

    @Test
    void long_names_and_deep_folders_come_whole() throws Exception {
        String name = "n".repeat(250);
        Path deep = workspace;
        for (int i = 0; i < 10; i++) {
            deep = Files.createDirectory(deep.resolve(name));
        }
        Files.writeString(deep.resolve(name), "bottom");
        shell("i=0; while [ $i -lt 50 ]; do mkdir d && cd d && echo $i > f; i=$((i+1)); done");

        Path there = unpack(pack("/workspace"));

        for (int i = 0; i < 11; i++) {
            there = there.resolve(name);
        }
        assertThat(there).hasContent("bottom");
        assertThat(unpacked.resolve("workspace/" + "d/".repeat(50) + "f")).hasContent("49");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 40_000_000})
    void a_file_that_changes_its_size_meanwhile_is_cut_or_padded(int size) throws Exception {
        byte[] random = new byte[20_000_000];
        new Random(7).nextBytes(random);
        Path changing = Files.write(workspace.resolve("changing"), random);
        Files.writeString(Files.createDirectory(workspace.resolve("z")).resolve("after"), "after");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        OutputStream out = new FilterOutputStream(packed) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (packed.size() < 1_000_000 && packed.size() + length >= 1_000_000) {
                    Files.write(changing, new byte[size], StandardOpenOption.TRUNCATE_EXISTING);
                }
                packed.write(bytes, from, length);
            }
        };

        files.archive("/workspace", LIMIT).writeTo(out);

        Path there = unpack(packed.toByteArray());
        assertThat(there.resolve("changing")).hasSize(random.length);
        assertThat(Files.readAllBytes(there.resolve("changing"))).startsWith(Arrays.copyOf(random, 500_000));
        assertThat(there.resolve("z/after")).hasContent("after");
    }

    @Test
    void an_archive_that_breaks_off_is_seen_to_be_broken() throws Exception {
        byte[] random = new byte[1_000_000];
        new Random(7).nextBytes(random);
        Files.write(workspace.resolve("a"), random);
        SandboxFiles.Archive archive = files.archive("/workspace", random.length);
        Files.write(workspace.resolve("a"), random, StandardOpenOption.APPEND);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> archive.writeTo(out))
                .isInstanceOfSatisfying(
                        FileProblem.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE));

        Path file = Files.write(folder.resolve("archive.tar.gz"), out.toByteArray());
        assertThat(run("sh", "-c", "gzip -t '" + file + "' 2>/dev/null")).isPositive();
    }

    @Test
    void what_is_too_large_is_said_before_anything_is_sent() throws Exception {
        shell("truncate -s 1T hole");

        assertThatThrownBy(() -> files.archive("/workspace", LIMIT))
                .isInstanceOfSatisfying(
                        FileProblem.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE));
    }

    @Test
    void an_empty_folder_is_an_archive_too() throws Exception {
        Files.createDirectory(workspace.resolve("empty"));

        byte[] archive = pack("/workspace/empty");

        Path file = Files.write(folder.resolve("archive.tar.gz"), archive);
        assertThat(run("tar", "tzf", file.toString())).isZero();
        assertThat(files.archive("/workspace/empty", LIMIT).name()).isEqualTo("empty");
        assertThat(List.of(files.archive("/workspace", LIMIT).name())).containsExactly("workspace");
    }
}
