package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who made which workspace, where several installations and other folders share a root. */
class MadeTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private Path root;
    private Workspaces ours;
    private Workspaces theirs;

    @BeforeEach
    void open() throws IOException {
        root = folder.resolve("workspaces");
        ours = open("ours");
        theirs = open("theirs");
    }

    private Workspaces open(String installation) throws IOException {
        return Workspaces.open(SandboxSettings.of(Backend.AUTO, installation, "owner", root));
    }

    @Test
    void a_workspace_is_its_installations_and_no_others() {
        ours.prepare(thread);

        assertThat(ours.exists(thread)).isTrue();
        assertThat(ours.olderThan(Duration.ZERO)).containsExactly(thread);
        assertThat(theirs.exists(thread)).isFalse();
        assertThat(theirs.olderThan(Duration.ZERO)).isEmpty();
    }

    @Test
    void a_folder_that_nobody_made_is_nobodys() throws IOException {
        Files.createDirectory(root.resolve("photos"));

        assertThat(ours.olderThan(Duration.ZERO)).isEmpty();
        assertThat(ours.exists(new ThreadId("photos"))).isFalse();
    }

    @Test
    void a_workspace_is_as_old_as_its_making_whatever_a_sandbox_does_to_it() throws IOException {
        Path workspace = ours.prepare(thread);
        Files.setLastModifiedTime(workspace, FileTime.from(Instant.now().minus(HOUR)));
        assertThat(ours.olderThan(HOUR)).isEmpty();

        Files.setLastModifiedTime(
                root.resolve(".made/ours").resolve(thread.value()),
                FileTime.from(Instant.now().minus(HOUR)));

        assertThat(ours.olderThan(HOUR)).containsExactly(thread);
    }

    @Test
    void a_removed_workspace_is_forgotten() throws IOException {
        Files.writeString(ours.prepare(thread).resolve("a"), "x");

        ours.remove(thread, () -> {});

        assertThat(ours.exists(thread)).isFalse();
        assertThat(ours.olderThan(Duration.ZERO)).isEmpty();
        assertThat(root.resolve(".made/ours")).isEmptyDirectory();
    }

    @Test
    void one_that_was_noted_and_never_made_can_be_removed() throws IOException {
        Files.createFile(root.resolve(".made/ours").resolve(thread.value()));
        assertThat(ours.exists(thread)).isFalse();
        assertThat(ours.olderThan(Duration.ZERO)).containsExactly(thread);

        ours.remove(thread, () -> {});

        assertThat(ours.olderThan(Duration.ZERO)).isEmpty();
    }

    @Test
    void one_whose_sandbox_could_not_be_ended_is_found_again() {
        ours.prepare(thread);

        assertThatThrownBy(() -> ours.remove(thread, () -> {
                    throw new IllegalStateException("the engine is down");
                }))
                .hasMessage("the engine is down");

        assertThat(ours.olderThan(Duration.ZERO)).containsExactly(thread);
    }

    @Test
    void a_copy_is_noted_as_well() throws IOException {
        ThreadId fork = ThreadId.create();
        ours.prepare(thread);

        ours.copy(thread, fork);

        assertThat(ours.olderThan(Duration.ZERO)).containsExactlyInAnyOrder(thread, fork);
    }

    @Test
    void one_of_a_version_that_noted_nothing_is_noted_at_its_next_use() throws IOException {
        Files.createDirectory(root.resolve(thread.value()));

        ours.prepare(thread);

        assertThat(ours.exists(thread)).isTrue();
    }
}
