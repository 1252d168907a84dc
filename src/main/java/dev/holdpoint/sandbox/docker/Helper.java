package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small commands of our own inside of a container. */
final class Helper {

    private final DockerEngine engine;
    private final String user;

    Helper(DockerEngine engine, String user) {
        this.engine = engine;
        this.user = user;
    }

    /** @return what it printed, if it certainly came to its end with exit code 0 before the deadline */
    Optional<String> run(String container, String script, List<String> arguments, Duration deadline)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(arguments);
        long end = System.nanoTime() + deadline.toNanos();
        try {
            String exec = engine.createExec(container, user, ContainerSpec.MARK + "=helper", command, deadline);
            try (ExecStream stream = engine.openExec(exec, left(end))) {
                byte[] printed = engine.readAll(stream, left(end));
                return engine.inspectExec(exec, left(end))
                        .map(InspectExecResponse::getExitCodeLong)
                        .filter(code -> code == 0)
                        .map(code -> new String(printed, StandardCharsets.UTF_8));
            }
        } catch (EngineDown | DockerException e) {
            return Optional.empty();
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    }

    /** How often the kernel killed one of the container's processes for want of memory; empty if it can't be told. */
    Optional<Long> oomKills(String container, Duration deadline) throws InterruptedException {
        String script = "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null; :";
        return run(container, script, List.of(), deadline)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("oom_kill "))
                        .map(line -> Long.valueOf(
                                line.substring("oom_kill ".length()).strip()))
                        .findFirst());
    }
}
