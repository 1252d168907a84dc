package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How every sandbox looks from the inside. */
public abstract class SandboxConfinementContract extends SandboxFixture {

    @Test
    void commands_are_not_root_and_have_no_capabilities() throws Exception {
        assertThat(run("id -u").out().strip()).isNotEqualTo("0");

        String status = run("cat /proc/self/status").out();

        assertThat(status).containsPattern("CapInh:\\s+0{16}\n");
        assertThat(status).containsPattern("CapPrm:\\s+0{16}\n");
        assertThat(status).containsPattern("CapEff:\\s+0{16}\n");
        assertThat(status).containsPattern("CapBnd:\\s+0{16}\n");
        assertThat(status).containsPattern("CapAmb:\\s+0{16}\n");
        assertThat(status).containsPattern("NoNewPrivs:\\s+1\n");
    }

    @Test
    void new_namespaces_cannot_be_made() throws Exception {
        assertThat(run("unshare -U id -u").result().exitCode()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/usr", "/usr/bin", "/etc", "/dev", "/shared", "/proc/sys/kernel", "/sys/fs", "/home"})
    void only_the_workspace_and_temporary_folders_can_be_written(String place) throws Exception {
        Ran ran = run("echo x > " + place + "/holdpoint_test");

        assertThat(ran.result().exitCode()).isNotZero();
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
    void there_is_no_network_but_loopback() throws Exception {
        assertThat(run("ls /sys/class/net 2>/dev/null || tail -n +3 /proc/net/dev | cut -d: -f1")
                        .out()
                        .strip())
                .isEqualTo("lo");
    }

    @Test
    void the_environment_has_nothing_of_the_service() throws Exception {
        String names = run("env | cut -d= -f1 | sort").out();

        assertThat(names.lines())
                .isSubsetOf(
                        "HOME", "HOLDPOINT_EXEC", "HOSTNAME", "LANG", "OLDPWD", "PATH", "PWD", "SHLVL", "USER", "_");
        assertThat(names.lines()).contains("HOME", "LANG", "PATH");
    }

    @Test
    void processes_of_the_host_are_out_of_sight() throws Exception {
        String own = Long.toString(ProcessHandle.current().pid());

        assertThat(run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").out()).doesNotContain("java");
        assertThat(run("kill -0 " + own).result().exitCode()).isNotZero();
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
