package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.FileProblem.Kind;
import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkspaceFilesTest {

    private static final long LIMIT = 1 << 20;

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private Workspaces workspaces;
    private Path workspace;
    private Path outside;
    private SandboxFiles files;

    @BeforeEach
    void open() throws IOException {
        workspaces = open("owner");
        workspace = workspaces.prepare(thread);
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        files = workspaces.files(thread);
    }

    private boolean write(String path, String text) throws IOException {
        return files.write(path, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), LIMIT);
    }

    private String read(String path) throws IOException {
        try (InputStream in = files.read(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertProblem(Kind kind, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FileProblem.class, problem -> assertThat(problem.kind()).isEqualTo(kind));
    }

    @Test
    void a_written_file_is_read_listed_and_deleted() throws Exception {
        assertThat(write("/workspace/a/b/c.txt", "one")).isTrue();
        assertThat(write("/workspace/a/b/c.txt", "two")).isFalse();

        assertThat(read("/workspace/a/b/c.txt")).isEqualTo("two");
        assertThat(files.stat("/workspace/a/b/c.txt").size()).isEqualTo(3);
        assertThat(files.list("/workspace", true, 10).entries())
                .extracting(FileEntry::path)
                .containsExactly("/workspace/a", "/workspace/a/b", "/workspace/a/b/c.txt");
        files.delete("/workspace/a");
        assertThat(files.list("/workspace", true, 10).entries()).isEmpty();
        assertProblem(Kind.NOT_FOUND, () -> files.stat("/workspace/a"));
    }

    @Test
    void what_is_made_belongs_to_the_user_of_the_sandbox() throws Exception {
        write("/workspace/a/b", "x");

        for (Path made : new Path[] {workspace, workspace.resolve("a"), workspace.resolve("a/b")}) {
            assertThat(Files.getAttribute(made, "unix:uid"))
                    .isEqualTo(workspaces.user().uid());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "workspace/a",
                "/workspace/../x",
                "/workspace/a/..",
                "/etc/passwd",
                "/tmp",
                "/workspacex"
            })
    void a_path_that_is_not_one_is_refused(String path) {
        assertProblem(Kind.INVALID_PATH, () -> files.stat(path));
        assertThatThrownBy(() -> write(path, "x")).isInstanceOf(FileProblem.class);
        assertThatThrownBy(() -> files.delete(path)).isInstanceOf(FileProblem.class);
    }

    @Test
    void a_path_out_of_bounds_is_refused() {
        assertProblem(Kind.INVALID_PATH, () -> files.stat("/workspace/a\0b"));
        assertProblem(Kind.INVALID_PATH, () -> files.stat("/workspace/" + "x".repeat(256)));
        assertProblem(Kind.INVALID_PATH, () -> files.stat("/workspace" + "/x".repeat(2100)));
    }

    @Test
    void the_roots_can_be_looked_at_but_not_touched() throws Exception {
        assertThat(files.list("/", false, 10).entries())
                .extracting(FileEntry::path)
                .containsExactly("/shared", "/workspace");
        assertThat(files.list("/shared", true, 10).entries()).isEmpty();
        assertProblem(Kind.INVALID_PATH, () -> files.delete("/workspace"));
        assertProblem(Kind.READ_ONLY, () -> files.delete("/shared"));
        assertProblem(Kind.READ_ONLY, () -> write("/shared/a", "x"));
        assertProblem(Kind.NOT_A_FILE, () -> files.read("/workspace"));
    }

    @Test
    void a_link_is_followed_in_no_component() throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), outside);
        Files.createDirectory(workspace.resolve("d"));
        Files.createSymbolicLink(workspace.resolve("d/link"), outside.resolve("secret"));

        assertThat(files.stat("/workspace/link").type()).isEqualTo(FileEntry.Type.SYMLINK);
        assertProblem(Kind.INVALID_PATH, () -> files.read("/workspace/link/secret"));
        assertProblem(Kind.INVALID_PATH, () -> files.read("/workspace/d/link"));
        assertProblem(Kind.INVALID_PATH, () -> files.list("/workspace/link", true, 10));
        assertProblem(Kind.INVALID_PATH, () -> write("/workspace/link/new", "x"));
        assertProblem(Kind.INVALID_PATH, () -> write("/workspace/d/link", "x"));
        assertProblem(Kind.INVALID_PATH, () -> files.delete("/workspace/link/secret"));
        assertThat(files.list("/workspace", true, 10).entries()).hasSize(3);
        assertThat(outside).isDirectoryContaining(path -> path.endsWith("secret"));
        assertThat(outside.toFile().list()).hasSize(1);
    }

    @Test
    void deleting_a_link_or_a_folder_with_links_leaves_their_targets() throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), outside);
        Files.createDirectory(workspace.resolve("d"));
        Files.createSymbolicLink(workspace.resolve("d/link"), outside);

        files.delete("/workspace/link");
        files.delete("/workspace/d");

        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(workspace).isEmptyDirectory();
    }

    @Test
    void a_special_file_is_never_opened() throws Exception {
        Path fifo = workspace.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();

        assertThat(files.stat("/workspace/fifo").type()).isEqualTo(FileEntry.Type.OTHER);
        assertProblem(Kind.NOT_A_FILE, () -> files.read("/workspace/fifo"));
        assertProblem(Kind.NOT_A_FILE, () -> write("/workspace/fifo", "x"));
        assertProblem(Kind.NOT_A_FOLDER, () -> files.list("/workspace/fifo", false, 1));
        assertProblem(Kind.NOT_A_FOLDER, () -> files.read("/workspace/fifo/x"));
        files.delete("/workspace/fifo");
        assertThat(fifo).doesNotExist();
    }

    @Test
    void a_folder_is_not_a_file_nor_the_other_way_round() throws Exception {
        write("/workspace/d/f", "x");

        assertProblem(Kind.NOT_A_FILE, () -> files.read("/workspace/d"));
        assertProblem(Kind.NOT_A_FILE, () -> write("/workspace/d", "x"));
        assertProblem(Kind.NOT_A_FOLDER, () -> write("/workspace/d/f/g", "x"));
        assertProblem(Kind.NOT_A_FOLDER, () -> files.list("/workspace/d/f", false, 1));
        assertProblem(Kind.NOT_FOUND, () -> files.list("/workspace/x", false, 1));
    }

    @Test
    void replacing_keeps_the_mode() throws Exception {
        write("/workspace/run.sh", "old");
        Files.setPosixFilePermissions(workspace.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x--x"));

        write("/workspace/run.sh", "new");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(workspace.resolve("run.sh"))))
                .isEqualTo("rwxr-x--x");
    }

    @Test
    void a_write_that_fails_leaves_the_old_file_and_nothing_else() throws Exception {
        write("/workspace/a", "old");
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the sender went away");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        });

        assertThatThrownBy(() -> files.write("/workspace/a", broken, LIMIT)).isInstanceOf(IOException.class);
        assertProblem(Kind.TOO_LARGE, () -> files.write("/workspace/a", new ByteArrayInputStream(new byte[11]), 10));

        assertThat(read("/workspace/a")).isEqualTo("old");
        assertThat(files.list("/workspace", true, 10).entries()).hasSize(1);
        assertThat(workspaces.staging()).isEmptyDirectory();
    }

    @Test
    void a_full_disk_says_so() {
        SandboxPath path = new SandboxPath(SandboxPath.Root.WORKSPACE, List.of("a"));

        assertThat(Problems.of(new IOException("No space left on device"), path))
                .isInstanceOfSatisfying(
                        FileProblem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.NO_SPACE));
    }

    @Test
    void a_listing_is_bounded_and_says_so() throws Exception {
        for (int i = 0; i < 20; i++) {
            write("/workspace/d/" + i, "x");
        }

        SandboxFiles.Listing listing = files.list("/workspace", true, 5);

        assertThat(listing.truncated()).isTrue();
        assertThat(listing.entries()).hasSize(5);
        assertThat(files.list("/workspace/d", true, 20).truncated()).isFalse();
    }

    @Test
    void folders_nested_deeper_than_any_path_are_listed_and_deleted() throws Exception {
        String script = "import os\nos.chdir('%s')\nfor i in range(3000):\n os.mkdir('d'); os.chdir('d')\n"
                .formatted(workspace);
        assertThat(new ProcessBuilder("python3", "-c", script)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();

        assertThat(files.list("/workspace", true, 100).truncated()).isTrue();
        files.delete("/workspace/d");

        assertThat(workspace).isEmptyDirectory();
        assertThat(workspaces.staging()).isEmptyDirectory();
    }

    @Test
    void swapping_a_folder_for_a_link_while_we_look_leads_nowhere() throws Exception {
        Files.createDirectory(workspace.resolve("real"));
        Files.writeString(workspace.resolve("real/secret"), "mine");
        Files.createSymbolicLink(workspace.resolve("evil"), outside);
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> swap(stop));
        int refused = 0;
        try {
            for (int i = 0; i < 3000; i++) {
                refused += attack(i);
            }
        } finally {
            stop.set(true);
            swapper.join();
        }

        assertThat(refused).isPositive();
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(outside.toFile().list()).hasSize(1);
    }

    /** @return 1 if the file tools saw through it */
    private int attack(int round) throws IOException {
        try {
            assertThat(read("/workspace/x/secret")).isEqualTo("mine");
            write("/workspace/x/secret", "mine");
            write("/workspace/x/sub" + round % 50 + "/f", "mine");
            files.delete("/workspace/x/sub" + round % 50);
            return 0;
        } catch (FileProblem e) {
            return 1;
        }
    }

    /** Lets one name be in turn a folder and a link to the outside, as a hostile sandbox would. */
    private void swap(AtomicBoolean stop) {
        Path name = workspace.resolve("x");
        try {
            while (!stop.get()) {
                put(workspace.resolve("real"), name);
                put(name, workspace.resolve("real"));
                put(workspace.resolve("evil"), name);
                put(name, workspace.resolve("evil"));
            }
        } catch (IOException e) {
            throw new AssertionError("the attacker gave up", e);
        }
    }

    /** A write through the name may have made a folder in its place, which has to get out of the way. */
    private void put(Path from, Path to) throws IOException {
        while (true) {
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                Files.move(to, workspace.resolve("aside-" + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private Workspaces open(String owner) throws IOException {
        return open("test", owner);
    }

    private Workspaces open(String installation, String owner) throws IOException {
        return Workspaces.open(SandboxSettings.of(Backend.AUTO, installation, owner, folder.resolve("workspaces")));
    }

    @Test
    void what_another_installation_has_in_flight_survives_a_sweep() throws Exception {
        Files.writeString(workspaces.staging().resolve("in-flight"), "x");
        Workspaces other = open("other", "other");

        other.sweep(() -> List.of("other"));

        assertThat(workspaces.staging().resolve("in-flight")).hasContent("x");
    }

    @Test
    void what_another_process_has_in_flight_survives_a_start_and_a_sweep() throws Exception {
        Files.writeString(workspaces.staging().resolve("in-flight"), "x");

        Workspaces other = open("other");
        other.sweep(() -> List.of("owner"));

        assertThat(workspaces.staging().resolve("in-flight")).hasContent("x");
        assertThat(other.staging()).isEmptyDirectory();
    }

    @Test
    void what_processes_left_behind_goes_in_a_sweep() throws Exception {
        Path left = Files.createDirectories(workspaces.staging().resolve("left/over"));
        Files.writeString(left.resolve("file"), "x");
        Files.writeString(workspaces.staging().resolveSibling("of-an-older-version"), "x");
        Workspaces other = open("other");

        other.sweep(() -> List.of());

        assertThat(other.staging()).isEmptyDirectory();
        assertThat(folder.resolve("workspaces/.staging/test").toFile().list()).containsExactly("other");
        assertThat(workspace).isDirectory();
    }

    @Test
    void a_process_that_was_taken_for_dead_can_still_write() throws Exception {
        open("other").sweep(() -> List.of());

        assertThat(write("/workspace/a", "x")).isTrue();
    }
}
