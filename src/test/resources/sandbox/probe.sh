# Looks at a sandbox from the inside. Prints key=value lines; docs/sandbox.md says what each value has to be.
# $1, $2: the halves of what names another thread's processes and files; $3: a port that this host listens on everywhere.
other=$1$2 port=$3

say() { printf '%s=%s\n' "$1" "$2"; }
line() { sort | tr '\n' ' ' | sed 's/ $//'; }
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status | tr '\t' ' ' | sed 's/ $//'; }
or_none() { if [ -n "$1" ]; then echo "$1"; else echo none; fi; }

say 'user, group' "$(id -u), $(id -g)"
say 'all groups' "$(id -G)"
say 'capabilities' "$(for set in Inh Prm Eff Bnd Amb; do status Cap$set; done | sort -u | line)"
say 'no new privileges' "$(status NoNewPrivs)"
say 'seccomp mode' "$(status Seccomp)"
say 'file mode mask' "$(umask)"
say 'host name' "$(uname -n)"
say 'open files of a command' "$(sh -c 'for n in /proc/$$/fd/*; do [ -e "$n" ] || [ -L "$n" ] && echo "${n##*/}"; done' | line)"
say 'controlling terminal' "$(sh -c ': </dev/tty' 2>/dev/null && echo yes || echo none)"
# What the image sets for itself isn't the sandbox's.
say 'environment' "$(env | cut -d= -f1 | grep -vE '^(PYTHON_.*|GPG_KEY|_|SHLVL|OLDPWD)$' | line)"

limit() {
    set -- "$1" $(prlimit "--$1" --noheadings -o SOFT,HARD)
    if [ "$2" = "$3" ]; then echo "$2"; else echo "$2, at most $3"; fi
}
say 'limit: core files' "$(limit core)"
say 'limit: open files' "$(limit nofile)"
say 'limit: size of a file' "$(limit fsize)"
say 'limit: processes of the user' "$(l=$(limit nproc); [ "$l" -lt 10000 ] 2>/dev/null && echo "$l" || echo "the host's")"
say 'limit: data of a process' "$(limit data)"
say 'limit: addresses of a process' "$(limit as)"

# Field 5 is the place, 6 its flags. What lies below /proc, /sys and /dev differs by engine and kernel: only whether it can be written.
say 'mounts' "$(awk '{ print $5 "|" $6 }' /proc/self/mountinfo | grep -vE '^/(proc|sys|dev|etc|usr/lib|lib)/' \
    | sed -E 's/,(relatime|noatime|noexec)//g; s/^.*docker-init\|/docker-init|/; s/\|/(/; s/$/)/' | line)"
say 'folders that can be written' "$(or_none "$(find / -path '/proc/[0-9]*' -prune -o -type d -writable -print 2>/dev/null \
    | while read -r d; do (: >"$d/.probe") 2>/dev/null && rm "$d/.probe" && echo "$d"; done | line)")"
say 'files outside of them that can be written' "$(or_none "$(find / \( -path '/proc/[0-9]*' -o -path /workspace -o -path /tmp \) -prune \
    -o -type f -writable -print 2>/dev/null | while read -r f; do [ ! -f "$f" ] || echo "$f"; done \
    | sed 's|^/proc/pressure/.*|/proc/pressure|' | sort -u | line)")"
# Where a device is mounted over a file, only a look at it tells.
devices() {
    find / \( -path /proc -o -path /dev \) -prune -o \( -type b -o -type c \) -print 2>/dev/null
    for d in $(find /dev -path /dev/pts -prune -o ! -type l ! -type d -print); do [ -b "$d" ] || [ -c "$d" ] && echo "$d"; done
}
say 'devices' "$(or_none "$(devices | line)")"
say 'devices that can be opened' "$(or_none "$(devices | while read -r d; do (: <"$d") 2>/dev/null && echo "$d"; done | line)")"

write() { (echo "$2" >"$1") 2>/dev/null && echo written || echo refused; }
say 'write /proc/sysrq-trigger' "$(write /proc/sysrq-trigger h)"
say 'write /proc/sys/kernel/core_pattern' "$(write /proc/sys/kernel/core_pattern core)"
say 'write /proc/sys/net/ipv4/ip_forward' "$(write /proc/sys/net/ipv4/ip_forward 0)"
say 'write cgroup files' "$(for f in $(find /sys/fs/cgroup -name cgroup.procs 2>/dev/null); do write "$f" 0; done | sort -u | grep written || echo refused)"
say 'write /sys' "$(for f in $(find /sys -maxdepth 3 -type f -perm -u+w 2>/dev/null | head -20); do write "$f" 0; done | grep -m 1 written || echo refused)"
content() { c=$(timeout 2 head -c 1 "$1" 2>/dev/null | wc -c); if [ "$c" = 0 ]; then echo closed; else echo open; fi; }
for f in /proc/kcore /proc/kmsg /proc/timer_list /proc/sched_debug /proc/keys /dev/mem /dev/kmsg; do
    say "read $f" "$(content $f)"
done
say 'read /sys/firmware' "$(or_none "$(ls -A /sys/firmware 2>/dev/null | line)")"

say 'engine sockets' "$(or_none "$(find / \( -path '/proc/[0-9]*' -o -path /sys \) -prune -o -type s -print 2>/dev/null | line)")"
say "another thread's processes" "$(printf %s "$other" | grep -lsF -f - /proc/[0-9]*/cmdline /proc/[0-9]*/environ | grep . || echo unseen)"
say "another thread's files" "$(find / -path '/proc/[0-9]*' -prune -o -print 2>/dev/null | grep -F -e "$other" || echo unseen)"
say "this service's processes" "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -x java || echo unseen)"
root=$(stat -Lc %d:%i /)
say 'roots of other processes' "$(for p in /proc/[0-9]*/root; do seen=$(stat -Lc %d:%i "$p" 2>/dev/null) && [ "$seen" != "$root" ] && echo "$p"; done | grep . || echo 'nothing else')"

python3 - "$port" <<'PYTHON'
import ctypes, errno, os, platform, socket, struct, sys

def say(key, value):
    print(f"{key}={value}")

def first(paths):
    for path in paths:
        try:
            with open(path) as f:
                return f.read().split()
        except OSError:
            pass
    return None

group = "/sys/fs/cgroup/"
memory = first([group + "memory/memory.limit_in_bytes", group + "memory.max"])
total = first([group + "memory/memory.memsw.limit_in_bytes"])
swap = first([group + "memory.swap.max"])
pids = first([group + "pids/pids.max", group + "pids.max"])
quota = first([group + "cpu/cpu.cfs_quota_us"])
period = first([group + "cpu/cpu.cfs_period_us"])
cpu = first([group + "cpu.max"]) or (quota + period if quota else None)
say("control group: memory", memory[0] if memory else "out of sight")
if total:
    swap = [str(int(total[0]) - int(memory[0]))]
say("control group: swap", swap[0] if swap else "out of sight")
say("control group: processes", pids[0] if pids else "out of sight")
say("control group: processors", f"{int(cpu[0]) / int(cpu[1]):.2f}" if cpu and cpu[0] != "max" else "out of sight")

names = sorted(name for _, name in socket.if_nameindex())
say("network interfaces", " ".join(names))

def reach(host, port, kind=socket.SOCK_STREAM):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(1)
            s.connect((host, port))
            return "reached"
    except OSError:
        return "no"

port = int(sys.argv[1])
say("connect to the internet (1.1.1.1)", reach("1.1.1.1", 443))
say("connect to the internet by IPv6", reach("2606:4700:4700::1111", 443))
say("connect to metadata (169.254.169.254)", reach("169.254.169.254", 80))
say("connect to the engine's gateway (172.17.0.1)", reach("172.17.0.1", port))
say("connect to a private address (10.0.0.1)", reach("10.0.0.1", 80))
say("connect to this host's loopback", reach("127.0.0.1", port))
say("connect to this host's loopback by IPv6", reach("::1", port))
say("send a datagram out", reach("1.1.1.1", 53, socket.SOCK_DGRAM))
try:
    socket.getaddrinfo("example.com", 80)
    say("look up a name", "answered")
except OSError:
    say("look up a name", "no")

def open_socket(family, kind):
    try:
        socket.socket(family, kind).close()
        return "opened"
    except OSError:
        return "refused"

say("raw socket", open_socket(socket.AF_INET, socket.SOCK_RAW))
say("packet socket", open_socket(17, socket.SOCK_RAW))
say("socket to the hypervisor (vsock)", open_socket(40, socket.SOCK_STREAM))
say("socket to the kernel's ciphers (alg)", open_socket(38, 5))

arm = platform.machine() == "aarch64"
CALLS = """acct 163 89|add_key 248 217|bpf 321 280|chroot 161 51|clone3 435 435|delete_module 176 106
fanotify_init 300 262|finit_module 313 273|fsconfig 431 431|fsmount 432 432|fsopen 430 430|fspick 433 433
init_module 175 105|kexec_file_load 320 294|kexec_load 246 104|keyctl 250 219|mount 165 40|mount_setattr 442 442
move_mount 429 429|open_by_handle_at 304 265|open_tree 428 428|perf_event_open 298 241|pivot_root 155 41
quotactl 179 60|reboot 169 142|request_key 249 218|setdomainname 171 162|sethostname 170 161|setns 308 268
settimeofday 164 170|swapoff 168 225|swapon 167 224|syslog 103 116|umount2 166 39|unshare 272 97
userfaultfd 323 282|io_uring_setup 425 425|io_uring_enter 426 426|io_uring_register 427 427"""
libc = ctypes.CDLL(None, use_errno=True)
NEW_USER = 0x10000000

def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments))
    if result == 0 and number == clone:
        os._exit(0)
    return ctypes.get_errno() if result == -1 else 0

clone = 220 if arm else 56
refused, passed, rings = [], [], set()
for entry in CALLS.replace("\n", "|").split("|"):
    name, x86, generic = entry.split()
    first_argument = NEW_USER if name == "unshare" else 0
    code = call(int(generic if arm else x86), first_argument, 0, 0, 0, 0)
    no = code in (errno.EPERM, errno.ENOSYS)
    if name.startswith("io_uring"):
        rings.add("refused" if no else "allowed")
    else:
        (refused if no else passed).append(name)
say("system calls that are refused", " ".join(refused))
say("system calls that are not refused", " ".join(passed) or "none")
say("io_uring", " ".join(sorted(rings)))
made = [hex(flag) for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, NEW_USER, 0x40000000)
        if call(clone, flag | 17, 0, 0, 0, 0) == 0]
say("new namespaces", " ".join(made) or "refused")
master, slave = os.openpty()
pushed = call(29 if arm else 16, slave, 0x5412, ctypes.addressof(ctypes.create_string_buffer(b"x")))
say("typing into a terminal (TIOCSTI)", "refused" if pushed else "done")
PYTHON
