package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that a sandbox has open already takes the place of a thread's own. */
class ClaimsTest {

    @TempDir
    Path folder = Path.of("");

    private final ThreadId thread = ThreadId.create();
    private Workspaces workspaces;
    private Path own;

    @BeforeEach
    void open() throws IOException {
        workspaces = reopened();
        own = workspaces.prepare(thread);
    }

    private Workspaces reopened() throws IOException {
        return Workspaces.open(SandboxSettings.of(Backend.AUTO, "test", "owner", folder.resolve("workspaces")));
    }

    private static Object inode(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    private Path claims() {
        return folder.resolve("workspaces/.claims/test");
    }

    @Test
    void an_empty_workspace_becomes_the_blank_folder() throws Exception {
        Path blank = workspaces.blank();
        Object expected = inode(blank);

        boolean claimed = workspaces.claim(thread, blank);

        assertThat(claimed).isTrue();
        assertThat(inode(own)).isEqualTo(expected);
        assertThat(blank).doesNotExist();
        assertThat(claims()).isEmptyDirectory();
    }

    @Test
    void what_the_workspace_has_goes_with_it() throws Exception {
        Files.writeString(own.resolve("file\nwith a line end"), "one");
        Files.createDirectories(own.resolve("a/b"));
        Files.writeString(own.resolve("a/b/c"), "two");
        Files.createSymbolicLink(own.resolve("link"), Path.of("/etc/passwd"));
        Path blank = workspaces.blank();
        Object expected = inode(blank);

        workspaces.claim(thread, blank);

        assertThat(inode(own)).isEqualTo(expected);
        assertThat(own.resolve("file\nwith a line end")).hasContent("one");
        assertThat(own.resolve("a/b/c")).hasContent("two");
        assertThat(Files.readSymbolicLink(own.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
    }

    @Test
    void a_claim_that_was_cut_short_is_completed_by_whoever_looks_next() throws Exception {
        Files.writeString(own.resolve("stays"), "one");
        Path claim = claims().resolve(thread.value());
        Files.move(workspaces.blank(), claim, StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(claim.resolve("moved"), "two");

        reopened().prepare(thread);

        assertThat(own.resolve("stays")).hasContent("one");
        assertThat(own.resolve("moved")).hasContent("two");
        assertThat(claim).doesNotExist();
    }

    @Test
    void what_was_made_under_a_moved_name_replaces_a_file_and_sets_a_folder_aside() throws Exception {
        Path claim = claims().resolve(thread.value());
        Files.move(workspaces.blank(), claim, StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(claim.resolve("file"), "old");
        Files.createDirectories(claim.resolve("folder"));
        Files.writeString(claim.resolve("folder/inner"), "old");
        Files.writeString(own.resolve("file"), "new");
        Files.writeString(own.resolve("folder"), "new");

        workspaces.prepare(thread);

        assertThat(own.resolve("file")).hasContent("new");
        assertThat(own.resolve("folder")).hasContent("new");
        try (var aside = Files.newDirectoryStream(own, "folder.before-*")) {
            assertThat(aside.iterator().next().resolve("inner")).hasContent("old");
        }
    }

    @Test
    void a_deleted_thread_gets_no_folder_back() throws Exception {
        workspaces.remove(thread, () -> {});

        boolean claimed = workspaces.claim(thread, workspaces.blank());

        assertThat(claimed).isFalse();
        assertThat(own).doesNotExist();
    }

    @Test
    void a_file_written_meanwhile_is_not_lost() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofVirtual().start(() -> write(done));
        for (int round = 0; round < 200; round++) {
            workspaces.claim(thread, workspaces.blank());
        }
        done.set(true);

        writer.join();

        for (int i = 0; Files.exists(own.resolve("f" + i)); i++) {
            written--;
        }
        assertThat(written).isZero();
    }

    private int written;

    private void write(AtomicBoolean done) {
        try {
            while (!done.get()) {
                byte[] text = "x".getBytes(StandardCharsets.UTF_8);
                try (var in = new java.io.ByteArrayInputStream(text)) {
                    workspaces.files(thread).write("/workspace/f" + written, in, 10);
                }
                written++;
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
