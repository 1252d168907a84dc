package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.sandbox.bubblewrap.FilterProgram.Comparison;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The system calls that a sandbox is refused, as a program for the kernel's filter. They are the ones that change the
 * machine, make namespaces, or reach parts of the kernel that commands have no use for. A refused call fails, and its
 * process goes on.
 */
enum SeccompFilter {
    X86_64(0xC000_003E, 0, 16, 56, 41),
    AARCH64(0xC000_00B7, 1, 29, 220, 198);

    /** Name, number on x86_64, number on aarch64; - where there is none. */
    private static final String REFUSED = """
            acct              163  89
            add_key           248 217
            bpf               321 280
            chroot            161  51
            clock_settime     227 112
            delete_module     176 106
            fanotify_init     300 262
            finit_module      313 273
            fsconfig          431 431
            fsmount           432 432
            fsopen            430 430
            fspick            433 433
            init_module       175 105
            io_uring_enter    426 426
            io_uring_register 427 427
            io_uring_setup    425 425
            ioperm            173   -
            iopl              172   -
            kexec_file_load   320 294
            kexec_load        246 104
            keyctl            250 219
            lookup_dcookie    212  18
            migrate_pages     256 238
            mount             165  40
            mount_setattr     442 442
            move_mount        429 429
            move_pages        279 239
            name_to_handle_at 303 264
            nfsservctl        180  42
            open_by_handle_at 304 265
            open_tree         428 428
            open_tree_attr    467 467
            perf_event_open   298 241
            pivot_root        155  41
            quotactl          179  60
            quotactl_fd       443 443
            reboot            169 142
            request_key       249 218
            setdomainname     171 162
            sethostname       170 161
            setns             308 268
            settimeofday      164 170
            swapoff           168 225
            swapon            167 224
            sysfs             139   -
            syslog            103 116
            umount2           166  39
            unshare           272  97
            uselib            134   -
            userfaultfd       323 282
            ustat             136   -
            vhangup           153  58
            """;

    /** Its flags lie in memory, where a filter can't see them; libraries then use clone. */
    private static final int CLONE3 = 435;
    /** The last call that was looked at; what a newer kernel adds is not there for a sandbox, and libraries do without. */
    private static final int LAST_KNOWN = 469;
    /** Calls of the x32 convention, which have this bit in their number. */
    private static final int OTHER_CONVENTION = 0x4000_0000;

    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
    private static final int NEW_NAMESPACES = 0x7E02_0000;
    /** TIOCSTI and TIOCLINUX: typing into a terminal. */
    private static final List<Integer> TYPING = List.of(0x5412, 0x541C);
    /** AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK. Others, such as vsock, aren't confined by a network namespace. */
    private static final List<Integer> FAMILIES = List.of(1, 2, 10, 16);

    private static final int ALLOW = 0x7FFF_0000;
    private static final int FAIL_WITH = 0x0005_0000;
    private static final int NOT_PERMITTED = FAIL_WITH | 1;
    private static final int NOT_THERE = FAIL_WITH | 38;

    private static final int NUMBER = 0;
    private static final int MACHINE = 4;
    /** The lower half, which is all that the kernel looks at in the arguments asked for here. */
    private static final int FIRST_ARGUMENT = 16;

    private static final int SECOND_ARGUMENT = 24;

    private final int machine;
    private final int column;
    private final int ioctl;
    private final int clone;
    private final int socket;

    SeccompFilter(int machine, int column, int ioctl, int clone, int socket) {
        this.machine = machine;
        this.column = column;
        this.ioctl = ioctl;
        this.clone = clone;
        this.socket = socket;
    }

    /** Empty for a processor whose calls aren't known here. */
    static Optional<SeccompFilter> ofThisMachine() {
        return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** The numbers of what is refused whatever its arguments are. */
    List<Integer> refused() {
        return REFUSED.lines()
                .map(line -> line.strip().split(" +", 3)[1 + column])
                .filter(number -> !number.equals("-"))
                .map(Integer::valueOf)
                .toList();
    }

    /** As bwrap wants it: the kernel's {@code struct sock_filter}, one after the other. */
    byte[] program() {
        FilterProgram program = new FilterProgram();
        program.load(MACHINE).when(Comparison.EQUAL, machine, checks()).give(NOT_PERMITTED);
        return program.bytes();
    }

    private FilterProgram checks() {
        FilterProgram checks = new FilterProgram().load(NUMBER);
        checks.when(Comparison.AT_LEAST, OTHER_CONVENTION, NOT_PERMITTED);
        checks.when(Comparison.GREATER, LAST_KNOWN, NOT_THERE).when(Comparison.EQUAL, CLONE3, NOT_THERE);
        refused().forEach(number -> checks.when(Comparison.EQUAL, number, NOT_PERMITTED));
        checks.when(
                Comparison.EQUAL,
                clone,
                new FilterProgram()
                        .load(FIRST_ARGUMENT)
                        .when(Comparison.ANY_BIT, NEW_NAMESPACES, NOT_PERMITTED)
                        .give(ALLOW));
        checks.when(
                Comparison.EQUAL,
                ioctl,
                each(SECOND_ARGUMENT, TYPING, NOT_PERMITTED).give(ALLOW));
        checks.when(
                Comparison.EQUAL, socket, each(FIRST_ARGUMENT, FAMILIES, ALLOW).give(NOT_PERMITTED));
        return checks.give(ALLOW);
    }

    private static FilterProgram each(int argument, List<Integer> values, int answer) {
        FilterProgram program = new FilterProgram().load(argument);
        values.forEach(value -> program.when(Comparison.EQUAL, value, answer));
        return program;
    }
}
