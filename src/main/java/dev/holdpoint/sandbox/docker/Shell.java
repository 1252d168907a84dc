package dev.holdpoint.sandbox.docker;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A shell that waits in a container for commands, behind an exec that was opened ahead: what the engine takes to set one
 * up is off a command's path. It runs one command at a time, each in a session of its own, and takes another only when
 * nothing of the last one holds its output any more.
 *
 * <p>A command can end its shell, as both run as one user, and could make up an end of its own: that tells the service
 * nothing that it couldn't tell by exiting. Nothing else depends on the shell's word.
 */
final class Shell implements AutoCloseable {

    /** Lines that are read one by one are slow; from this size on a program reads them all. */
    private static final int MANY_BYTES = 16_000;

    /**
     * Says {@code ready} on standard output when it can take a command, {@code have} when it has one whole. It runs it when
     * it is told to {@code go}: so a command that got lost on its way certainly never ran. When it has a process for it, it
     * says {@code start} on standard error; {@code end} with the exit code on standard output and {@code end} on standard error when the command
     * ended; then {@code ready} again, or {@code held} if a background process of it still has the output. The last exit
     * code is in a file, too, for when the connection was cut meanwhile.
     */
    private static final String SCRIPT = """
            trap : PIPE
            IFS= read -r secret || exit
            say() { printf '\\000%s %s\\n' "$secret" "$1"; }
            held() {
              for open in /proc/[0-9]*/fd/*; do
                case $open in "/proc/$$/"*) continue ;; esac
                [ "$open" -ef /proc/self/fd/1 ] || [ "$open" -ef /proc/self/fd/2 ] || continue
                return 0
              done
              return 1
            }
            session=setsid
            command -v setsid >/dev/null || session=
            nl='
            '
            say ready
            while IFS=' ' read -r mark how count; do
              if [ "$how" = lines ]; then
                text=
                while [ "$count" -gt 0 ]; do
                  IFS= read -r line || exit 1
                  text=$text$line$nl
                  count=$((count - 1))
                done
                text=${text%"$nl"}
              else
                text=$(head -c "$count"; printf x)
                text=${text%x}
              fi
              say have
              IFS= read -r go || exit 1
              if [ "$how" = lines ]; then
                (say start >&2; HOLDPOINT_EXEC=$mark exec $session sh -c "$text" </dev/null)
              else
                printf %s "$text" | (say start >&2; HOLDPOINT_EXEC=$mark exec $session sh -c '
                  holdpoint_command=$(cat; printf x); exec </dev/null; eval "${holdpoint_command%x}"')
              fi
              code=$?
              text=
              echo "$mark $code" 2>/dev/null >"/dev/shm/$HOLDPOINT_EXEC"
              say "end $code"
              say end >&2
              if held; then say held; exit; fi
              say ready
            done
            """;

    /** Arguments: the command's mark, its shell's. Prints its exit code, or {@code running}, or {@code gone}. */
    private static final String ASK = """
            state=gone
            grep -qsF -e "HOLDPOINT_EXEC=$1" -e "HOLDPOINT_EXEC=$2" /proc/[0-9]*/environ && state=running
            while IFS=' ' read -r mark code; do
              [ "$mark" = "$1" ] && state=$code
            done 2>/dev/null <"/dev/shm/$2"
            echo "$state"
            """;

    /** Who keeps it while it is free. */
    interface Owner {

        /** Nothing is left of its last command. */
        void free(Shell shell);

        /** Its last command ended, and left a process behind that holds the output: another one has to take its place. */
        void held(Shell shell);

        /** It takes no more commands; told once. */
        void ended(Shell shell);
    }

    private static final byte[] GO = "go\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration TO_ANSWER = Duration.ofSeconds(2);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String exec;
    private final String mark;
    private final ExecStream stream;
    private final Owner owner;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Marks outMarks;
    private final Marks errMarks;
    private volatile CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean ended;
    private volatile @Nullable String leaves;
    private volatile @Nullable ShellRun current;

    private Shell(String exec, String mark, String secret, ExecStream stream, Owner owner) {
        this.exec = exec;
        this.mark = mark;
        this.stream = stream;
        this.owner = owner;
        this.outMarks = new Marks(secret);
        this.errMarks = new Marks(secret);
    }

    /**
     * Opens one, and waits until it can take a command.
     *
     * @param owner told of what becomes of it, but not that it is free for the first time
     * @throws EngineDown if the engine doesn't answer
     * @throws NoShell if it does, and there is no shell before the deadline
     */
    static Shell open(DockerEngine engine, String container, String user, Duration deadline, Owner owner)
            throws EngineDown, NoShell, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        String mark = "shell-" + UUID.randomUUID();
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        String exec = engine.createExec(
                container, user, ContainerSpec.MARK + "=" + mark, List.of("sh", "-c", SCRIPT), deadline);
        Shell shell = new Shell(exec, mark, secret, engine.openExec(exec, deadline), owner);
        shell.stream.send((secret + "\n").getBytes(StandardCharsets.US_ASCII));
        Thread.ofVirtual().name("holdpoint-shell").start(shell::carry);
        try {
            if (!shell.answers(end - System.nanoTime())) {
                shell.close();
                throw new NoShell();
            }
            return shell;
        } catch (InterruptedException e) {
            shell.close();
            throw e;
        }
    }

    /** The engine's name for it. */
    String exec() {
        return exec;
    }

    /** Tells its own process from others. */
    String mark() {
        return mark;
    }

    boolean isOpen() {
        return !ended;
    }

    private boolean answers(long nanos) throws InterruptedException {
        return answered.await(Math.max(1, nanos), TimeUnit.NANOSECONDS) && !ended;
    }

    /**
     * Gives it a command, which doesn't start yet. Only for a shell that is free. A connection that nothing went over for a
     * while may have been dropped on its way without anybody's noticing; then it doesn't have the command.
     *
     * @return whether it has it; if not, the command will never start, and the shell is of no use any more
     */
    boolean has(String commandMark, String text) throws InterruptedException {
        answered = new CountDownLatch(1);
        stream.send(request(commandMark, text));
        return answers(TO_ANSWER.toNanos());
    }

    /** Starts the command that it has. */
    ShellRun start(ExecOutput output) {
        ShellRun run = new ShellRun(output, this::settled);
        leaves = null;
        current = run;
        if (ended) {
            run.lost(); // whoever carries its output may have missed this one
        } else {
            stream.send(GO);
        }
        return run;
    }

    /**
     * Asks how a command ended of which the shell can't tell any more, as the connection was cut.
     *
     * @return its exit code, {@code running}, or {@code gone}; empty if it can't be found out
     */
    Optional<String> ask(Helper helper, String container, String commandMark, Duration deadline)
            throws InterruptedException {
        return helper.run(container, ASK, List.of(commandMark, mark), deadline).map(String::strip);
    }

    private static byte[] request(String commandMark, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String head;
        String tail = "";
        if (bytes.length < MANY_BYTES) {
            long lines = text.chars().filter(c -> c == '\n').count() + 1;
            head = commandMark + " lines " + lines + "\n";
            tail = "\n";
        } else {
            head = commandMark + " bytes " + bytes.length + "\n";
        }
        return (head + text + tail).getBytes(StandardCharsets.UTF_8);
    }

    private void carry() {
        try {
            boolean more = true;
            while (more) {
                more = stream.read(this::take);
            }
        } catch (IOException | RuntimeException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "a shell's stream broke", e);
        } finally {
            finish();
        }
    }

    private void take(Delta.Stream from, byte[] chunk) {
        Marks marks = from == Delta.Stream.STDERR ? errMarks : outMarks;
        marks.feed(chunk, bytes -> printed(from, bytes), word -> heard(from, word));
    }

    private void printed(Delta.Stream from, byte[] bytes) {
        ShellRun run = current;
        if (run != null) {
            run.printed(from, bytes);
        }
    }

    private void heard(Delta.Stream from, String word) {
        ShellRun run = current;
        if (word.equals("have") || (word.equals("ready") && run == null)) {
            answered.countDown();
        } else if (run != null && (word.equals("ready") || word.equals("held"))) {
            leaves = word;
            settled(run);
        } else if (run != null) {
            run.heard(from, word);
        }
    }

    /**
     * Of use to its owner again when both its streams said that the last command ended, and it said what is left of it.
     * What it says on one stream may be heard before what was printed on the other.
     */
    private void settled(ShellRun run) {
        boolean isHeld;
        synchronized (this) {
            if (leaves == null || !run.hasEnded() || run != current) {
                return;
            }
            isHeld = leaves.equals("held");
            current = null;
        }
        if (isHeld) {
            owner.held(this);
            close();
        } else {
            owner.free(this);
        }
    }

    private void finish() {
        ended = true;
        answered.countDown();
        ShellRun run = current;
        if (run != null) {
            outMarks.finish(bytes -> run.printed(Delta.Stream.STDOUT, bytes));
            errMarks.finish(bytes -> run.printed(Delta.Stream.STDERR, bytes));
            run.lost();
        }
        close();
    }

    /** A waiting shell exits by itself when its input ends; one that runs a command does so after it. */
    @Override
    public void close() {
        ended = true;
        stream.close();
        if (told.compareAndSet(false, true)) {
            owner.ended(this);
        }
    }
}
