package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdpoint.sandbox.SandboxFiles.FileEntry;
import dev.holdpoint.sandbox.SandboxFiles.Listing;
import dev.holdpoint.sandbox.SandboxSettings.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What hostile commands do with files: none of it leads out, harms the host's walks, or outlives a deletion. */
public abstract class SandboxFileAbuseContract extends SandboxFixture {

    /** With temporary folders that are soon full. */
    protected static final Limits SMALL = new Limits(1L << 30, 1.0, 256, 16L << 20, 4096, 10L << 30, 500_000);

    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final int LIMIT = 1_000;

    @Test
    void temporary_folders_that_are_full_of_bytes_or_names_fail_and_harm_no_more() throws Exception {
        Ran names = run("python3 -c 'for i in range(20000): open(f\"/tmp/{i}\", \"w\").close()'");
        // Where /tmp ends with its command, so do the names.
        assertThat(names.output().err().contains("No space left")
                        || run("ls -A /tmp").out().isEmpty())
                .isTrue();
        run("find /tmp -type f -delete");

        Ran bytes = run("for d in /tmp $HOME /dev/shm; do head -c 2G /dev/zero >$d/fill; done");

        assertThat(bytes.output().err().lines().filter(line -> line.contains("No space left")))
                .hasSize(3);
        assertThat(run("find /tmp $HOME /dev/shm -type f -delete; echo x >/tmp/x && cat /tmp/x")
                        .out())
                .isEqualTo("x\n");
    }

    @Test
    void files_of_a_terabyte_are_refused_and_sparse_ones_cost_the_host_nothing() throws Exception {
        Ran ran =
                run("truncate -s 1T a; fallocate -l 1T b; dd if=/dev/zero of=c bs=1 count=1 seek=1T; truncate -s 9G d");

        assertThat(ran.output().err().lines()).hasSize(3).allMatch(line -> line.contains("File "));
        assertThat(list("/workspace").entries())
                .extracting(FileEntry::size)
                .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(10L << 30));
        assertQuick(() -> sandboxes.of(thread).files().delete("/workspace/d"));
    }

    /** Not a million, which would take a minute and show nothing else: a listing is bounded by its limit. */
    @Test
    void many_files_are_listed_in_part_and_deleted_soon() throws Exception {
        run("mkdir -p m/n && python3 -c 'for i in range(5000): open(f\"m/n/{i}\", \"w\").close()'");

        assertQuick(() -> assertThat(list("/workspace").truncated()).isTrue());
        assertQuick(() -> sandboxes.of(thread).files().delete("/workspace/m"));

        assertThat(run("ls -A").out()).isEmpty();
    }

    @Test
    void names_of_every_kind_are_listed_and_deleted() throws Exception {
        run("""
                mkdir d && cd d || exit 1
                python3 - <<'END'
                import os
                for name in (b'a\\nb', b'\\xff\\xfe', b'x' * 255, b'-rf', b'\\x1b[31m', b' ', b'*', b'\\\\', '\\u202e'.encode()):
                    open(name, 'w').close()
                    os.mkdir(name[:250] + b'.d')
                for i in range(300):
                    os.mkdir('deep')
                    os.chdir('deep')
                END
                """);

        Listing listing = sandboxes.of(thread).files().list("/workspace/d", true, 5_000);

        assertThat(listing.entries()).hasSize(18 + 300);
        assertQuick(() -> sandboxes.of(thread).files().delete("/workspace/d"));
        assertThat(run("ls -A").out()).isEmpty();
    }

    @Test
    void special_files_are_not_made_or_not_opened() throws Exception {
        Ran ran = run("""
                mkfifo pipe
                python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
                for d in "c 1 1" "c 1 3" "b 8 0" "b 7 0" "b 254 0" "b 259 0"; do mknod device $d 2>/dev/null && echo "made $d"; done
                """);

        assertThat(ran.out()).isEmpty();
        assertThat(list("/workspace").entries())
                .extracting(FileEntry::type)
                .containsExactly(FileEntry.Type.OTHER, FileEntry.Type.OTHER);
        for (String name : List.of("/workspace/pipe", "/workspace/socket")) {
            assertThatThrownBy(() -> read(name)).isInstanceOf(FileProblem.class);
            assertQuick(() -> sandboxes.of(thread).files().delete(name));
        }
    }

    @Test
    void files_that_run_as_their_owner_give_no_rights() throws Exception {
        Ran ran = run("""
                cp /usr/bin/id /usr/bin/python3 . && chmod 6755 id python3
                ./id -u
                ./python3 -c 'import os; print(*os.getresuid(), *os.getresgid())'
                grep CapEff /proc/self/status
                for f in $(find /usr /bin /sbin -perm /6000 -type f 2>/dev/null); do
                  case $f in */su | */runuser) $f root -c 'id -u' ;; */mount) $f -t tmpfs none /workspace && echo mounted ;; esac
                done </dev/null 2>/dev/null
                chown 0:0 id 2>/dev/null && echo given away
                """);

        int uid = workspaces.user().uid();
        int gid = workspaces.user().gid();
        assertThat(ran.out())
                .isEqualTo("%1$d\n%1$d %1$d %1$d %2$d %2$d %2$d\nCapEff:\t0000000000000000\n".formatted(uid, gid));
    }

    @Test
    void programs_and_profiles_in_the_workspace_replace_nothing_for_the_next_command() throws Exception {
        run("""
                for d in /workspace /tmp "$HOME"; do
                  for f in sh true cat ls env bwrap prlimit holdpoint_command .profile .bashrc .shrc .env; do
                    printf '#!/bin/sh\\necho hijacked\\n' >$d/$f; chmod 755 $d/$f
                  done
                done
                export PATH=/workspace:/tmp:$PATH ENV=/workspace/.env BASH_ENV=/workspace/.env LD_PRELOAD=/workspace/sh IFS=x
                sh() { echo hijacked; }; cat() { echo hijacked; }; eval() { echo hijacked; }; alias true='echo hijacked'
                set -e; cd /tmp; umask 777; ulimit -n 10; trap 'echo hijacked' EXIT; exec 1>/dev/null
                """);

        Ran ran = run(
                "true; sh -c 'echo own'; cat </dev/null; env | grep -c -e BASH_ENV -e LD_PRELOAD; false; pwd; umask; ulimit -n");

        assertThat(ran.out()).isEqualTo("own\n0\n/workspace\n0022\n4096\n");
        assertThat(ran.output().err()).isEmpty();
    }

    /** Its owner and mode would let the sandbox write, so that nothing but the sandbox keeps it from that. */
    @Test
    void the_shared_folder_can_be_written_by_no_means() throws Exception {
        Path shared = folder.resolve("shared");
        Path note = shared.resolve("note.txt");
        Files.setPosixFilePermissions(note, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        workspaces.user().own(note);
        workspaces.user().own(shared);
        var before = Files.getLastModifiedTime(note);

        Ran ran = run("""
                cd /shared; n=/shared/note.txt; touch /workspace/mine; exec 2>/dev/null
                try() { "$@" && echo "done: $*"; }
                try sh -c "echo x >$n"; try sh -c "echo x >>$n"; try sh -c "exec 3<>$n"; try sh -c "exec 3<$n; echo x >/proc/self/fd/3"
                try sh -c "echo x >/proc/1/root$n"; try sh -c "echo x >/proc/self/cwd/note.txt"
                try rm -f $n; try mv $n /shared/other; try mv $n /workspace; try mv /workspace/mine $n; try mv -f /workspace/mine /shared
                try ln $n /workspace/hard; try ln $n /shared/hard; try ln -s x /shared/soft; try ln /proc/self/fd/3 /workspace/fd
                try cp /workspace/mine $n; try truncate -s 0 $n; try fallocate -l 9 $n; try touch $n; try chmod 600 $n; try chown 1000 $n
                try mkdir /shared/d; try mkfifo /shared/p; try mknod /shared/d c 1 3; try chattr +i $n; try setfattr -n user.x -v y $n
                try mount -o remount,rw /shared; try mount -o remount,bind,rw /shared; try mount --bind /workspace /shared; try umount /shared
                python3 - <<'END'
                import ctypes, fcntl, mmap, os
                n = '/shared/note.txt'
                fd = os.open(n, os.O_RDONLY)
                for name, action in {
                    'O_RDWR': lambda: os.open(n, os.O_RDWR),
                    'O_TRUNC': lambda: os.open(n, os.O_RDONLY | os.O_TRUNC),
                    'O_TMPFILE': lambda: os.open('/shared', os.O_TMPFILE | os.O_RDWR),
                    'mmap': lambda: mmap.mmap(fd, 4, mmap.MAP_SHARED, mmap.PROT_WRITE | mmap.PROT_READ),
                    'reopen': lambda: os.open(f'/proc/self/fd/{fd}', os.O_WRONLY),
                    'ftruncate': lambda: os.ftruncate(fd, 0),
                    'fchmod': lambda: os.fchmod(fd, 0o600),
                    'utime': lambda: os.utime(fd),
                    'setxattr': lambda: os.setxattr(fd, 'user.x', b'y'),
                    'flags': lambda: fcntl.ioctl(fd, 0x40086602, b'\\x10\\0\\0\\0\\0\\0\\0\\0'),
                    'sendfile': lambda: os.sendfile(fd, os.open('/etc/passwd', os.O_RDONLY), 0, 9),
                    'exchange': lambda: ctypes.CDLL(None).renameat2(-100, b'/workspace/mine', -100, n.encode(), 2) and 1 / 0,
                }.items():
                    try:
                        action()
                        print('done:', name)
                    except (OSError, ZeroDivisionError):
                        pass
                END
                """);

        assertThat(ran.out()).isEmpty();
        assertThat(Files.readString(note)).isEqualTo("for all");
        assertThat(Files.getLastModifiedTime(note)).isEqualTo(before);
        try (var names = Files.list(shared)) {
            assertThat(names).containsExactly(note);
        }
    }

    @Test
    void deleting_and_making_files_while_the_host_lists_harms_no_listing() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Ran> busy = executor.submit(() -> run("""
                    until [ -e stop ]; do mkdir -p a/b/c; touch a/1 a/b/2 a/b/c/3; rm -rf a; done
                    """));
            SandboxContract.await(() -> Files.exists(workspaces.prepare(thread).resolve("a")));

            for (int i = 0; i < 500; i++) {
                assertThat(list("/workspace").truncated()).isFalse();
            }

            write("/workspace/stop", "");
            assertThat(busy.get().result().exitCode()).isZero();
        }
    }

    private Listing list(String path) throws IOException {
        return sandboxes.of(thread).files().list(path, true, LIMIT);
    }

    /** Something that may fail. */
    private interface Action {
        void run() throws IOException;
    }

    private static void assertQuick(Action action) throws IOException {
        long start = System.nanoTime();
        action.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICK);
    }
}
