package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A command swaps files and folders for links that lead out, as fast as it can, while the host works on them. */
public abstract class SandboxSwapContract extends SandboxFixture {

    /** Both backends together make ten thousand. */
    private static final int ROUNDS = 5_000;

    private static final String SECRET = "a secret of the host";

    private int inside;
    private int refused;

    @Test
    void reads_lists_and_writes_never_follow_a_link_out() throws Exception {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), SECRET);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Ran> swapping = executor.submit(() -> run(swapping(outside)));
            SandboxContract.await(() -> Files.exists(workspaces.prepare(thread).resolve("ready")));

            for (int round = 0; round < ROUNDS; round++) {
                attempt(round);
            }

            write("/workspace/stop", "");
            assertThat(swapping.get().result().exitCode()).isZero();
        }
        assertThat(Files.readString(outside.resolve("file"))).isEqualTo(SECRET);
        try (var names = Files.list(outside)) {
            assertThat(names).hasSize(1);
        }
        // Otherwise nothing was swapped while we looked, and this shows nothing.
        assertThat(inside).isGreaterThan(ROUNDS / 100);
        assertThat(refused).isGreaterThan(ROUNDS / 100);
    }

    /** Also with the folder above, and in one step, so that there is always something of each name. */
    private static String swapping(Path outside) {
        return """
                python3 - <<'END'
                import ctypes, os, time
                outside = '%s'
                os.makedirs('up/folder')
                for name in ('file', 'up/folder/file'):
                    open(name, 'w').write('inside')
                os.symlink(outside + '/file', 'link-file')
                os.symlink(outside, 'up/link-folder')
                os.symlink(outside, 'link-up')
                swap = ctypes.CDLL(None).renameat2
                open('ready', 'w').close()
                end = time.time() + 30
                while time.time() < end and not os.path.exists('stop'):
                    for a, b in ((b'file', b'link-file'), (b'up/folder', b'up/link-folder'), (b'up', b'link-up')):
                        swap(-100, a, -100, b, 2)
                END
                """.formatted(outside);
    }

    private void attempt(int round) {
        SandboxFiles files = sandboxes.of(thread).files();
        try {
            switch (round % 5) {
                case 0 -> assertThat(read("/workspace/file")).isEqualTo("inside");
                case 1 -> assertThat(read("/workspace/up/folder/file")).isEqualTo("inside");
                case 2 ->
                    assertThat(files.list("/workspace/up/folder", true, 100).entries())
                            .allSatisfy(entry -> assertThat(entry.size()).isNotEqualTo(SECRET.length()));
                case 3 -> write("/workspace/up/folder/made", "by the host");
                default ->
                    assertThat(files.stat("/workspace/up/folder/file").size()).isEqualTo("inside".length());
            }
            inside++;
        } catch (IOException e) {
            refused++;
        }
    }
}
