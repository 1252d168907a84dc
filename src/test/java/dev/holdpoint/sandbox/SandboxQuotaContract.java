package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.event.Outcome;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every sandbox does when a workspace holds more than it may: 8 MiB and 500 files here. */
@Timeout(60)
public abstract class SandboxQuotaContract extends SandboxFixture {

    private static final int MIB = 1 << 20;

    /** The same with limits that are quickly reached. */
    protected static SandboxSettings small(SandboxSettings settings) {
        Limits d = settings.limits();
        return settings.with(b -> b.limits =
                new Limits(d.memoryBytes(), d.cpus(), d.processes(), d.tmpfsBytes(), d.openFiles(), 8 * MIB, 500));
    }

    private Path host(String name) {
        return folder.resolve("workspaces").resolve(thread.value()).resolve(name);
    }

    private void assertStopped(Ran ran) {
        assertThat(ran.result().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(ran.result().exitCode()).isNull();
        assertThat(ran.result().reason())
                .startsWith("stopped: the workspace may hold 8.0 MiB")
                .contains("HOLDPOINT_SANDBOX_DISK", "500 files", "Delete");
    }

    @Test
    void a_command_that_writes_too_much_is_stopped_with_its_children() throws Exception {
        String writer = "while :; do head -c 200000 /dev/zero >> big; sleep 0.02; done";

        Ran ran = run("echo begun; (" + writer + ") & (sleep 2; " + writer + ") & wait");

        assertStopped(ran);
        assertThat(ran.out()).isEqualTo("begun\n");
        long size = Files.size(host("big"));
        assertThat(run("sleep 1; stat -c %s big").out()).isEqualTo(size + "\n");
    }

    @Test
    void a_command_that_makes_too_many_files_is_stopped() throws Exception {
        Ran ran = run("i=0; while :; do i=$((i+1)); : > f$i; [ $((i % 50)) != 0 ] || sleep 0.2; done");

        assertStopped(ran);
    }

    @Test
    void a_workspace_that_holds_too_much_can_be_looked_at_and_cleaned() throws Exception {
        run("mkdir d; head -c 20000000 /dev/zero > d/big; echo small > d/small");
        assertThat(sandboxes.of(thread).files().list("/workspace/d", false, 10).entries())
                .hasSize(2);
        assertThat(read("/workspace/d/small")).isEqualTo("small\n");

        Ran ran = run("sleep 3; rm -rf d; sleep 2; echo clean");

        assertThat(ran.result().exitCode()).isZero();
        assertThat(ran.out()).isEqualTo("clean\n");
    }

    @Test
    void a_command_that_lets_a_full_workspace_grow_is_stopped() throws Exception {
        run("head -c 20000000 /dev/zero > big");

        Ran ran = run("while :; do head -c 200000 /dev/zero >> more; sleep 0.02; done");

        assertStopped(ran);
        assertThat(ran.took()).isLessThan(Overuse.GRACE);
    }

    @Test
    void a_sparse_file_takes_what_it_has_and_not_what_it_says() throws Exception {
        Ran ran = run("truncate -s 1T sparse; sleep 3; echo fine");

        assertThat(ran.out()).isEqualTo("fine\n");
    }

    @Test
    void files_from_outside_find_room_or_are_refused() throws Exception {
        SandboxFiles files = sandboxes.of(thread).files();
        byte[] much = new byte[5 * MIB];
        files.write("/workspace/a", new ByteArrayInputStream(much), much.length);

        assertThatThrownBy(() -> files.write("/workspace/b", new ByteArrayInputStream(much), much.length))
                .isInstanceOfSatisfying(
                        FileProblem.class, e -> assertThat(e.kind()).isEqualTo(FileProblem.Kind.TOO_LARGE))
                .hasMessageContaining("/workspace/b finds no room", "8.0 MiB");

        assertThat(host("b")).doesNotExist();
        files.delete("/workspace/a");
        files.write("/workspace/b", new ByteArrayInputStream(much), much.length);
        assertThat(Files.exists(host("b"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void files_from_outside_find_no_room_beside_what_a_command_wrote() throws Exception {
        run("head -c 8000000 /dev/zero > big");
        byte[] much = new byte[MIB];

        assertThatThrownBy(() -> write("/workspace/more", "x".repeat(much.length)))
                .isInstanceOf(FileProblem.class)
                .hasMessageContaining("finds no room");
    }

    @Test
    void a_cancel_while_it_is_watched_is_a_cancel() throws Exception {
        Thread caller = Thread.currentThread();
        var canceller = Thread.startVirtualThread(() -> {
            try {
                SandboxContract.await(() -> Files.exists(host("up")));
                caller.interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThatThrownBy(() -> run("touch up; sleep 30", Duration.ofSeconds(40)))
                .isInstanceOf(InterruptedException.class);

        canceller.join();
    }
}
