package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.SandboxSettings.Limits;
import dev.holdpoint.sandbox.SandboxUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts together the command line: a prelude that opens and mounts, then bwrap, then limits, then the shell. */
final class BubblewrapArguments {

    /** Opens what bwrap reads and writes by number: its status, users, groups, and the filter of calls; the shell: 7. */
    private static final String OPEN =
            "exec 3>\"$1\" 4<\"$2/passwd\" 5<\"$2/group\" 6<\"$2/filter\" 7<\"$3\"; w=$4 s=$5 u=$6 g=$7 c=$8; shift 8\n";

    /**
     * As root: joins the thread's control groups, one in each line. Drops to the sandbox's user first, since limits don't bind root. That user may not be able to reach the
     * workspace's path, so it is mounted where it can, in a mount namespace that is gone with the command.
     */
    private static final String AS_ROOT = OPEN + """
            IFS='
            '
            for one in $c; do echo $$ >"$one/cgroup.procs" || exit 1; done
            exec unshare --mount --propagation private sh -c '
              w=$1 s=$2 u=$3 g=$4; shift 4
              mount -t tmpfs -o mode=755,size=64k tmpfs /mnt && mkdir /mnt/workspace /mnt/shared || exit 1
              mount --bind "$w" /mnt/workspace || exit 1
              [ -z "$s" ] || mount --bind "$s" /mnt/shared || exit 1
              exec setpriv --reuid="$u" --regid="$g" --clear-groups --no-new-privs -- "$@"
            ' sh "$w" "$s" "$u" "$g" "$@"
            """;

    private static final String AS_USER = OPEN + "exec \"$@\"\n";

    /** What programs need of a host's /etc and tells nothing about the host. */
    private static final List<String> ETC = List.of(
            "/etc/alternatives",
            "/etc/ca-certificates",
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/localtime",
            "/etc/mime.types",
            "/etc/protocols",
            "/etc/services",
            "/etc/ssl/certs",
            "/etc/ssl/openssl.cnf");

    private static final long SHARED_MEMORY_BYTES = 64L << 20;
    /** Runtimes reserve far more addresses than they use; what they use is held by the limit on data. */
    private static final int ADDRESSES_PER_BYTE = 8;

    private final SandboxUser user;
    private final Limits limits;

    BubblewrapArguments(SandboxUser user, Limits limits) {
        this.user = user;
        this.limits = limits;
    }

    /** @param given holds the files that are named passwd, group and filter */
    List<String> of(Path status, Path command, Path given, Path workspace, @Nullable Path shared, List<Path> groups) {
        String visibleWorkspace = user.serviceIsRoot() ? "/mnt/workspace" : workspace.toString();
        String hostShared = shared == null ? "" : shared.toString();
        String visibleShared = user.serviceIsRoot() ? "/mnt/shared" : hostShared;
        List<String> all = new ArrayList<>();
        Collections.addAll(all, "/bin/sh", "-c", user.serviceIsRoot() ? AS_ROOT : AS_USER, "sh");
        Collections.addAll(all, status.toString(), given.toString(), command.toString());
        Collections.addAll(all, workspace.toString(), hostShared);
        Collections.addAll(all, Integer.toString(user.uid()), Integer.toString(user.gid()));
        Collections.addAll(all, groups.stream().map(Path::toString).collect(Collectors.joining("\n")), "bwrap");
        namespaces(all);
        system(all);
        temporary(all);
        Collections.addAll(all, "--bind", visibleWorkspace, "/workspace");
        if (shared == null) {
            Collections.addAll(all, "--dir", "/shared");
        } else {
            Collections.addAll(all, "--ro-bind", visibleShared, "/shared");
        }
        Collections.addAll(all, "--remount-ro", "/", "--chdir", "/workspace", "--json-status-fd", "3");
        Collections.addAll(all, "--seccomp", "6", "--");
        limits(all);
        Collections.addAll(all, "sh", "-c", WaitingShell.SCRIPT);
        return all;
    }

    private void namespaces(List<String> all) {
        Collections.addAll(all, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts");
        Collections.addAll(all, "--unshare-cgroup-try", "--disable-userns", "--new-session", "--die-with-parent");
        Collections.addAll(all, "--uid", Integer.toString(user.uid()), "--gid", Integer.toString(user.gid()));
        Collections.addAll(all, "--hostname", "sandbox", "--clearenv");
        Collections.addAll(all, "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8");
        Collections.addAll(all, "--setenv", "HOME", "/home/sandbox", "--setenv", "USER", "sandbox");
    }

    private static void system(List<String> all) {
        Collections.addAll(all, "--ro-bind", "/usr", "/usr");
        for (String name : List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32")) {
            Path folder = Path.of("/", name);
            if (Files.isSymbolicLink(folder)) {
                Collections.addAll(all, "--symlink", target(folder), folder.toString());
            } else if (Files.isDirectory(folder)) {
                Collections.addAll(all, "--ro-bind", folder.toString(), folder.toString());
            }
        }
        Collections.addAll(all, "--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/etc/ssl");
        for (String path : ETC) {
            Collections.addAll(all, "--ro-bind-try", path, path);
        }
        Collections.addAll(all, "--perms", "0644", "--ro-bind-data", "4", "/etc/passwd");
        Collections.addAll(all, "--perms", "0644", "--ro-bind-data", "5", "/etc/group");
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "usr/" + link.getFileName();
        }
    }

    private void temporary(List<String> all) {
        String size = Long.toString(limits.tmpfsBytes());
        // A few of the kernel's settings belong to whoever made the namespace, though they hold for nobody else.
        Collections.addAll(all, "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys");
        Collections.addAll(all, "--dev", "/dev", "--remount-ro", "/dev");
        Collections.addAll(all, "--size", Long.toString(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm");
        Collections.addAll(all, "--size", size, "--perms", "1777", "--tmpfs", "/tmp");
        Collections.addAll(all, "--perms", "0755", "--dir", "/home");
        Collections.addAll(all, "--size", size, "--perms", "0700", "--tmpfs", "/home/sandbox");
    }

    /** Set inside of the user namespace, so that only the sandbox's own processes count. */
    private void limits(List<String> all) {
        long data = limits.memoryBytes();
        Collections.addAll(
                all, "prlimit", "--core=0", "--nofile=" + limits.openFiles(), "--fsize=" + limits.workspaceBytes());
        Collections.addAll(all, "--nproc=" + limits.processes(), "--data=" + data);
        Collections.addAll(all, "--as=" + data * ADDRESSES_PER_BYTE, "--");
    }
}
