package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The commands that this process of the service runs in the background, of all threads. They are known to it alone, and
 * end with it. Safe for many threads.
 */
public final class Processes implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Processes.class.getName());
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration DEATH = Duration.ofSeconds(10);
    /** Of all threads together: their output stays in memory. */
    private static final int ENDED_KEPT = 100;

    private final ProcessSettings settings;
    private final int mostInAll;
    private final Clock clock;
    private final Map<ThreadId, SequencedMap<String, BackgroundProcess>> processes = new HashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();
    private int running;

    private record Ended(ThreadId thread, String id) {}

    /** At most half of the commands that may run at once run in the background: others have to have their turn. */
    public Processes(ProcessSettings settings, FleetSettings fleet, Clock clock) {
        this.settings = settings;
        this.mostInAll = Math.max(1, fleet.commands() / 2);
        this.clock = clock;
    }

    /** Those of one thread. */
    public ThreadProcesses of(ThreadId thread) {
        return new ThreadProcesses(this, thread);
    }

    /** As {@link ThreadProcesses#start}. */
    String start(ThreadId thread, Sandbox sandbox, String command, Optional<Duration> timeout, ExecOutput waiting)
            throws SandboxUnavailable, InterruptedException {
        ExecRequest request = new ExecRequest(command, timeout.orElse(FOREVER));
        BackgroundProcess process = add(thread, sandbox, request, waiting);
        boolean started = false;
        try {
            process.start();
            started = true;
            return process.id();
        } finally {
            if (!started) {
                remove(thread, process.id());
            }
        }
    }

    private synchronized BackgroundProcess add(
            ThreadId thread, Sandbox sandbox, ExecRequest request, ExecOutput waiting) throws Overloaded {
        long here = all(thread).stream().filter(BackgroundProcess::isRunning).count();
        if (here >= settings.most()) {
            throw new Overloaded(
                    here + " commands run in the background of this thread (HOLDPOINT_BACKGROUND_MAX): end one first",
                    0,
                    RETRY_AFTER);
        }
        if (running >= mostInAll) {
            throw new Overloaded(
                    running + " commands run in the background of all threads, half of HOLDPOINT_SANDBOX_MAX_COMMANDS",
                    0,
                    RETRY_AFTER);
        }
        var process = new BackgroundProcess(
                sandbox, request, waiting, settings.outputBytes(), clock, id -> ended(thread, id));
        processes.computeIfAbsent(thread, key -> new LinkedHashMap<>()).put(process.id(), process);
        running++;
        return process;
    }

    private synchronized void ended(ThreadId thread, String id) {
        running--;
        if (all(thread).stream().anyMatch(process -> process.id().equals(id))) {
            ended.add(new Ended(thread, id));
        }
        List<BackgroundProcess> over =
                all(thread).stream().filter(process -> !process.isRunning()).toList();
        if (over.size() > Math.max(1, settings.most())) {
            remove(thread, over.getFirst().id());
        }
        while (ended.size() > ENDED_KEPT) {
            Ended oldest = ended.remove();
            remove(oldest.thread(), oldest.id());
        }
    }

    private synchronized void remove(ThreadId thread, String id) {
        ended.remove(new Ended(thread, id));
        processes.computeIfPresent(thread, (key, all) -> {
            all.remove(id);
            return all.isEmpty() ? null : all;
        });
    }

    private synchronized List<BackgroundProcess> all(ThreadId thread) {
        SequencedMap<String, BackgroundProcess> all = processes.get(thread);
        return all == null ? List.of() : List.copyOf(all.values());
    }

    List<ProcessInfo> list(ThreadId thread) {
        return started(thread).map(BackgroundProcess::info).toList();
    }

    private Stream<BackgroundProcess> started(ThreadId thread) {
        return all(thread).stream().filter(BackgroundProcess::hasStarted);
    }

    private Optional<BackgroundProcess> find(ThreadId thread, String id) {
        return started(thread).filter(process -> process.id().equals(id)).findFirst();
    }

    Optional<ProcessOutput> output(ThreadId thread, String id, long after) {
        return find(thread, id).map(process -> process.output(after));
    }

    boolean kill(ThreadId thread, String id) throws InterruptedException {
        Optional<BackgroundProcess> process = find(thread, id);
        if (process.isPresent() && !process.get().kill(DEATH)) {
            LOG.log(System.Logger.Level.WARNING, "process {0} did not end in time", id);
        }
        return process.isPresent();
    }

    /** The thread is no more, and neither is what runs in it. */
    public void forget(ThreadId thread) {
        List<BackgroundProcess> all = all(thread);
        all.forEach(process -> remove(thread, process.id()));
        all.forEach(BackgroundProcess::killSoon);
    }

    /** Ends all of them, and waits for that, some seconds at most. */
    @Override
    public void close() {
        List<BackgroundProcess> left = new ArrayList<>();
        synchronized (this) {
            processes.values().forEach(all -> left.addAll(all.values()));
        }
        left.forEach(BackgroundProcess::killSoon);
        long end = System.nanoTime() + DEATH.toNanos();
        try {
            for (BackgroundProcess process : left) {
                var _ = process.kill(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
