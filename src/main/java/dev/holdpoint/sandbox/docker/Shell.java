package dev.holdpoint.sandbox.docker;

import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
     * Says {@code ready} on standard output when it can take a command; {@code start} on standard error when it has one
     * whole; {@code end} with the exit code on standard output and {@code end} on standard error when it ended; then
     * {@code ready} again, or {@code held} if a background process of it still has the output. At the end of its input it
     * exits with the last command's code, so that a cut connection doesn't lose that.
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
            code=0
            say ready
            while IFS=' ' read -r mark how count; do
              if [ "$how" = ping ]; then
                say ready
                continue
              fi
              if [ "$how" = lines ]; then
                text=
                while [ "$count" -gt 0 ]; do
                  IFS= read -r line || exit 1
                  text=$text$line$nl
                  count=$((count - 1))
                done
                text=${text%"$nl"}
                say start >&2
                HOLDPOINT_EXEC=$mark $session sh -c "$text" </dev/null
                code=$?
              else
                text=$(head -c "$count"; printf x)
                say start >&2
                printf %s "${text%x}" | HOLDPOINT_EXEC=$mark $session sh -c '
                  holdpoint_command=$(cat; printf x); exec </dev/null; eval "${holdpoint_command%x}"'
                code=$?
              fi
              text=
              say "end $code"
              say end >&2
              if held; then say held; exit "$code"; fi
              say ready
            done
            exit "$code"
            """;

    private static final Duration TRUSTED = Duration.ofSeconds(5);
    private static final Duration PING = Duration.ofSeconds(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String exec;
    private final String mark;
    private final ExecStream stream;
    private final Consumer<Shell> whenFree;
    private final Marks outMarks;
    private final Marks errMarks;
    private volatile CountDownLatch answered = new CountDownLatch(1);
    private volatile long lastHeard = System.nanoTime();
    private volatile boolean ended;
    private volatile boolean said;
    private volatile @Nullable ShellRun current;

    private Shell(String exec, String mark, String secret, ExecStream stream, Consumer<Shell> whenFree) {
        this.exec = exec;
        this.mark = mark;
        this.stream = stream;
        this.whenFree = whenFree;
        this.outMarks = new Marks(secret);
        this.errMarks = new Marks(secret);
    }

    /**
     * Opens one, and waits until it can take a command.
     *
     * @param whenFree told each time when it can take another command after one
     * @throws EngineDown if there is none before the deadline
     */
    static Shell open(DockerEngine engine, String container, String user, Duration deadline, Consumer<Shell> whenFree)
            throws EngineDown, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        String mark = "shell-" + UUID.randomUUID();
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        String exec = engine.createExec(
                container, user, ContainerSpec.MARK + "=" + mark, List.of("sh", "-c", SCRIPT), deadline);
        Shell shell = new Shell(exec, mark, secret, engine.openExec(exec, deadline), whenFree);
        shell.stream.send((secret + "\n").getBytes(StandardCharsets.US_ASCII));
        Thread.ofVirtual().name("holdpoint-shell").start(shell::carry);
        try {
            if (!shell.answers(end - System.nanoTime())) {
                shell.close();
                throw new EngineDown("the Docker engine did not start a shell", null);
            }
            return shell;
        } catch (InterruptedException e) {
            shell.close();
            throw e;
        }
    }

    /** The engine's name for its exec. */
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

    /**
     * Whether it can be given a command. A connection that nothing went over for a while may have been dropped on its way
     * without anybody's noticing, and then it would never be known whether the command arrived.
     */
    boolean isAlive() throws InterruptedException {
        if (ended || System.nanoTime() - lastHeard < TRUSTED.toNanos()) {
            return !ended;
        }
        answered = new CountDownLatch(1);
        stream.send("- ping 0\n".getBytes(StandardCharsets.US_ASCII));
        return answers(PING.toNanos());
    }

    private boolean answers(long nanos) throws InterruptedException {
        return answered.await(Math.max(1, nanos), TimeUnit.NANOSECONDS) && !ended;
    }

    /** Gives it a command, which may have started when this returns. Only for a shell that is free. */
    ShellRun run(String commandMark, String text, ExecOutput output) {
        ShellRun run = new ShellRun(output, this::settled);
        said = false;
        current = run;
        if (ended) {
            run.lost(); // whoever carries its output may have missed this one
        } else {
            stream.send(request(commandMark, text));
        }
        return run;
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
            while (stream.read(this::take)) {
                lastHeard = System.nanoTime();
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
        if (word.equals("ready")) {
            said = true;
            if (run == null) {
                answered.countDown();
            } else {
                settled(run);
            }
        } else if (word.equals("held")) {
            close();
        } else if (run != null) {
            run.heard(from, word);
        }
    }

    /** Free when both its streams said that the last command ended, and it said that nothing is left of it. */
    private void settled(ShellRun run) {
        synchronized (this) {
            if (!said || !run.hasEnded() || run != current) {
                return;
            }
            current = null;
        }
        whenFree.accept(this);
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
    }
}
