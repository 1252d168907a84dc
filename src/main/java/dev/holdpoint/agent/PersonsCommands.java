package dev.holdpoint.agent;

import dev.holdpoint.agent.Refused.Code;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.RequestKey;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.ExecRequest;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.ThreadProcesses;
import dev.holdpoint.tool.PersonsCommand;
import dev.holdpoint.tool.ToolSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The commands that people run with their own hands. */
final class PersonsCommands {

    /** The id of a command that was started; empty if nobody can tell whether it was. */
    static final Repeats.Stored<Optional<String>> STARTED =
            new Repeats.Stored<>(Optional::orElseThrow, Optional::of, Optional.empty());

    private static final ExecOutput NOBODY = (stream, bytes) -> {};

    private final ToolSettings settings;
    private final Map<Name, Waiting> running = new ConcurrentHashMap<>();

    private record Name(String thread, String key) {
        static Name of(RequestKey request) {
            return new Name(request.scope(), request.key());
        }
    }

    /** Whoever waits for a command: interrupted to stop it, but never after it has ended. */
    private static final class Waiting {
        private @Nullable Thread thread = Thread.currentThread();
        private final StringBuilder printed = new StringBuilder();
        private boolean stopped;

        synchronized boolean stop() {
            if (thread == null) {
                return false;
            }
            stopped = true;
            thread.interrupt();
            return true;
        }

        synchronized void print(String text) {
            printed.append(text);
            if (printed.length() > 2 * OutputTail.LAST) {
                printed.delete(0, printed.length() - OutputTail.LAST);
            }
        }

        synchronized String printed() {
            return OutputTail.end(printed);
        }

        synchronized boolean isStopped() {
            return stopped;
        }

        synchronized void end() {
            thread = null;
            if (stopped) {
                var _ = Thread.interrupted();
            }
        }
    }

    PersonsCommands(ToolSettings settings) {
        this.settings = settings;
    }

    /** @param named by which it can be stopped; null if it can't be */
    PersonsExec run(Sandbox sandbox, String command, Duration timeout, @Nullable RequestKey named)
            throws SandboxUnavailable, InterruptedException {
        ExecRequest request = request(command, timeout);
        Waiting waiting = new Waiting();
        if (named != null) {
            running.put(Name.of(named), waiting);
        }
        try {
            return answer(PersonsCommand.run(sandbox, request, settings, waiting::print, waiting::isStopped));
        } finally {
            if (named != null) {
                running.remove(Name.of(named));
            }
            waiting.end();
        }
    }

    /** @return whether there was one to stop; what came of it is told to whoever runs it */
    boolean stop(ThreadId thread, String key) {
        Waiting waiting = running.get(new Name(thread.value(), key));
        return waiting != null && waiting.stop();
    }

    /** The last of what one that runs here printed, and what the sandbox said meanwhile. */
    String printed(ThreadId thread, String key) {
        Waiting waiting = running.get(new Name(thread.value(), key));
        return waiting == null ? "" : waiting.printed();
    }

    private static PersonsExec answer(PersonsCommand done) {
        return new PersonsExec(
                done.output(),
                done.result().exitCode(),
                done.result().outcome(),
                done.truncated(),
                done.result().duration(),
                done.result().reason());
    }

    Optional<String> start(ThreadProcesses background, Sandbox sandbox, String command, Optional<Duration> timeout)
            throws SandboxUnavailable, InterruptedException {
        try {
            return Optional.of(background.start(sandbox, command, timeout, NOBODY));
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static ExecRequest request(String command, Duration timeout) {
        try {
            return new ExecRequest(command, timeout);
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static Refused invalid(IllegalArgumentException e) {
        return new Refused(Code.INVALID_REQUEST, "command: " + e.getMessage() + ".");
    }
}
