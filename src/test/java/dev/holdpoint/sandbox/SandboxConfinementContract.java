package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.ThreadId;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How every sandbox looks from the inside. */
public abstract class SandboxConfinementContract extends SandboxFixture {

    private static final String PROBE = "/sandbox/probe.sh";

    /** The section of docs/sandbox.md with the table of this backend. */
    protected abstract String documentedAs();

    @Test
    void the_inside_is_as_documented() throws Exception {
        ThreadId other = ThreadId.create();
        String left = "of-another";
        String right = "-thread";
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket host = new ServerSocket(0)) {
            String name = left + right;
            Future<Ran> there = executor.submit(
                    () -> run(other, "touch /tmp/" + name + " " + name + "; sh -c 'sleep 60; :' " + name, LONG));
            Path made = workspaces.prepare(other).resolve(name);
            SandboxContract.await(() -> Files.exists(made));

            Ran ran = run("set -- %s %s %d\n%s".formatted(left, right, host.getLocalPort(), probe()));

            assertThat(there).isNotDone();
            sandboxes.remove(other);
            assertThat(ran.output().err()).isEmpty();
            assertThat(DocumentedInside.read(documentedAs()).differences(answers(ran), workspaces.user()))
                    .isEmpty();
        } finally {
            sandboxes.remove(other);
        }
    }

    private static String probe() throws IOException {
        try (InputStream in = SandboxConfinementContract.class.getResourceAsStream(PROBE)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> answers(Ran ran) {
        return ran.out()
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    @Test
    void temporary_folders_and_home_can_be_written() throws Exception {
        Ran ran = run("set -e; for d in /tmp \"$HOME\" /workspace; do echo x > \"$d/f\"; cat \"$d/f\"; done");

        assertThat(ran.out()).isEqualTo("x\nx\nx\n");
    }

    @Test
    void temporary_folders_are_limited() throws Exception {
        Ran ran = run("head -c 300M /dev/zero > /tmp/large");

        assertThat(ran.result().exitCode()).isNotZero();
        assertThat(ran.output().err()).contains("No space left");
    }

    @Test
    void the_shared_folder_can_be_read() throws Exception {
        assertThat(run("cat /shared/note.txt").out()).isEqualTo("for all");
        assertThat(run("rm -f /shared/note.txt; echo x > /shared/note.txt")
                        .result()
                        .exitCode())
                .isNotZero();
        assertThat(read("/shared/note.txt")).isEqualTo("for all");
    }

    @Test
    void files_of_the_host_are_out_of_sight() throws Exception {
        Ran ran = run("cat /etc/shadow; ls -A /root /var/run/docker.sock /run/docker.sock " + folder + "; ls /home");

        assertThat(ran.out().strip()).isEqualTo("sandbox");
    }

    @Test
    void python_runs() throws Exception {
        assertThat(run("python3 -c 'print(6 * 7)'").out()).isEqualTo("42\n");
    }

    @Test
    void processes_are_limited() throws Exception {
        Ran ran = run("for i in $(seq 400); do sleep 5 & done; wait");

        assertThat(ran.output().err().toLowerCase(Locale.ROOT)).contains("fork");
    }

    @Test
    void memory_is_limited() throws Exception {
        Ran ran = run("python3 -c 'b = bytearray(3 << 30); print(len(b))'");

        assertThat(ran.out()).isEmpty();
        assertThat(Objects.equals(ran.result().exitCode(), 0)).isFalse();
    }
}
