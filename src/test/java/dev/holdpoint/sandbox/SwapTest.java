package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings.Backend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process makes one name in turn a file, a pipe, links, a folder and nothing, as fast as it can, while the host works there. */
@Timeout(180)
class SwapTest {

    private static final int ROUNDS = 10_000;
    private static final long LIMIT = 1 << 20;

    private static final String SWAPPER = """
            import os, shutil, sys
            os.chdir(sys.argv[1])
            outside = sys.argv[2]
            def file(n):
                open(n, 'w').write('mine')
            def folder(n):
                os.mkdir(n); file(n + '/secret'); os.mkfifo(n + '/pipe'); os.symlink(outside, n + '/link')
            kinds = [file, os.mkfifo, lambda n: os.symlink(outside + '/secret', n), folder,
                     lambda n: os.symlink(outside, n), lambda n: os.symlink('x', n)]
            def remove(n):
                if os.path.isdir(n) and not os.path.islink(n):
                    shutil.rmtree(n, ignore_errors=True)
                elif os.path.lexists(n):
                    os.remove(n)
            print('begun', flush=True)
            turn = 0
            while True:
                turn += 1
                try:
                    remove('new')
                    kinds[turn % len(kinds)]('new')
                    if turn % 2:
                        os.rename('new', 'x')
                    remove('old')
                    os.rename('x', 'old')
                    os.rename('new', 'x')
                except OSError:
                    pass
            """;

    @TempDir
    Path folder;

    private final ThreadId thread = ThreadId.create();
    private Workspaces workspaces;
    private SandboxFiles files;
    private Path outside;
    private Process swapper;
    private int kept;
    private int told;

    @BeforeEach
    void begin() throws IOException {
        workspaces = Workspaces.open(SandboxSettings.of(Backend.AUTO, "test", "owner", folder.resolve("workspaces")));
        Path workspace = workspaces.prepare(thread);
        files = workspaces.files(thread);
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "foreign");
        swapper = new ProcessBuilder("python3", "-c", SWAPPER, workspace.toString(), outside.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(swapper.inputReader().readLine()).isEqualTo("begun");
    }

    @AfterEach
    void end() throws InterruptedException {
        swapper.destroyForcibly().waitFor();
    }

    @Test
    void nothing_foreign_is_read_or_written_and_nothing_hangs() throws Exception {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try {
                work(round);
            } catch (FileProblem e) {
                refused++;
            }
        }

        assertThat(swapper.isAlive()).isTrue();
        assertThat(kept).isGreaterThan(ROUNDS / 100);
        assertThat(told).isGreaterThan(ROUNDS / 100);
        assertThat(refused).isBetween(ROUNDS / 100, ROUNDS);
        assertThat(outside.resolve("secret")).hasContent("foreign");
        assertThat(outside.toFile().list()).containsExactly("secret");
    }

    private void work(int round) throws IOException, Overloaded {
        switch (round % 16) {
            case 0 -> write("/workspace/x");
            case 1 -> write("/workspace/x/new");
            case 2 -> files.delete("/workspace/x");
            case 3 -> files.delete("/workspace/x/secret");
            case 4 -> pack("/workspace");
            case 5 -> pack("/workspace/x");
            case 6 -> copy();
            case 7, 8 -> files.list("/workspace", true, 100);
            case 9 -> files.list("/workspace/x", false, 100);
            case 10 -> files.stat("/workspace/x/secret");
            case 11, 12 -> read("/workspace/x/secret");
            case 13 -> read("/workspace/x/link/secret");
            case 14 -> files.keep("turn", () -> kept++);
            default -> compare();
        }
    }

    private void compare() throws IOException, Overloaded {
        files.changes("turn", (path, before, after) -> {
                    assertThat(before + after).doesNotContain("foreign");
                    return "";
                })
                .ifPresent(changes -> told += changes.files().size());
        files.keep("another turn", () -> kept++);
    }

    private void read(String path) throws IOException {
        try (InputStream in = files.read(path)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isIn("", "mine", "host");
        }
    }

    private void write(String path) throws IOException {
        files.write(path, new ByteArrayInputStream("host".getBytes(StandardCharsets.UTF_8)), LIMIT);
    }

    private void pack(String path) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        files.archive(path, LIMIT).writeTo(packed);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("foreign");
        }
    }

    private void copy() throws IOException {
        ThreadId fork = ThreadId.create();
        workspaces.copy(thread, fork);
        for (Path file : List.of(Path.of("x"), Path.of("x/secret"), Path.of("old"), Path.of("new"))) {
            Path copied = workspaces.root().resolve(fork.value()).resolve(file);
            assertThat(Files.isRegularFile(copied, LinkOption.NOFOLLOW_LINKS)
                            && Files.readString(copied).contains("foreign")
                            && !Files.isSymbolicLink(copied.getParent()))
                    .isFalse();
        }
        workspaces.remove(fork, () -> {});
    }
}
