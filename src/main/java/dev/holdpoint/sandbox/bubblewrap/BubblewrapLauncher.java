package dev.holdpoint.sandbox.bubblewrap;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.SandboxSettings;
import dev.holdpoint.sandbox.SandboxUnavailable;
import dev.holdpoint.sandbox.SandboxUser;
import dev.holdpoint.sandbox.Workspaces;
import dev.holdpoint.sandbox.bubblewrap.WaitingShell.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts processes, all from one platform thread that lives as long as this: bwrap dies with its parent, and to the
 * kernel the parent is a thread. A virtual thread's carrier may end at any time.
 */
final class BubblewrapLauncher implements AutoCloseable {

    private final Workspaces workspaces;
    private final BubblewrapArguments arguments;
    private final ControlGroups groups;
    private final Path folder;
    private final ExecutorService parent = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("holdpoint-bubblewrap").factory());

    BubblewrapLauncher(SandboxSettings settings, Workspaces workspaces) {
        this.workspaces = workspaces;
        this.arguments = new BubblewrapArguments(workspaces.user(), settings.limits());
        this.groups = ControlGroups.of(settings, workspaces.user().serviceIsRoot());
        this.folder = makeFolder(workspaces.user());
    }

    private static Path makeFolder(SandboxUser user) {
        try {
            Path folder = Files.createTempDirectory("holdpoint-bubblewrap-");
            Files.writeString(
                    folder.resolve("passwd"),
                    "root:x:0:0:root:/:/bin/false\nsandbox:x:%d:%d::/home/sandbox:/bin/sh\n"
                            .formatted(user.uid(), user.gid()));
            Files.writeString(folder.resolve("group"), "root:x:0:\nsandbox:x:%d:\n".formatted(user.gid()));
            // bwrap refuses to start with an empty one.
            Files.write(
                    folder.resolve("filter"),
                    SeccompFilter.ofThisMachine().map(SeccompFilter::program).orElse(new byte[0]));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("can't write to the temporary folder", e);
        }
    }

    /** A sandbox that waits for its command. Whoever has it uses it or discards it. */
    WaitingShell launch(ThreadId thread) throws SandboxUnavailable, InterruptedException {
        Place place = place(thread);
        try {
            Path status = Files.createTempFile(folder, "run", ".status");
            Path command = Files.createTempFile(folder, "run", ".sh");
            Process process = start(builder(thread, status, command));
            return new WaitingShell(process, status, command, place);
        } catch (IOException e) {
            throw new SandboxUnavailable("can't start a process on this machine", e);
        }
    }

    /** What would be mounted now. */
    Place place(ThreadId thread) throws SandboxUnavailable {
        Path workspace = workspaces.folder(thread);
        try {
            Optional<Path> shared = workspaces.shared();
            return new Place(key(workspace), shared.isPresent() ? key(shared.get()) : null);
        } catch (IOException e) {
            throw new SandboxUnavailable("this thread's workspace was removed", e);
        }
    }

    ControlGroups groups() {
        return groups;
    }

    private static Object key(Path folder) throws IOException {
        return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    }

    private ProcessBuilder builder(ThreadId thread, Path status, Path command) throws IOException, SandboxUnavailable {
        List<String> line = arguments.of(
                status,
                command,
                folder,
                workspaces.folder(thread),
                workspaces.shared().orElse(null),
                groups.make(thread));
        ProcessBuilder builder = new ProcessBuilder(line).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        return builder;
    }

    private Process start(ProcessBuilder builder) throws IOException, InterruptedException {
        Future<Process> started = parent.submit(builder::start);
        try {
            return started.get();
        } catch (InterruptedException e) {
            abandon(started);
            throw e;
        } catch (ExecutionException e) {
            throw new IOException("the process did not start", e.getCause());
        }
    }

    /** It may have been started just now; it has done nothing that anyone was told of, and must not go on. */
    private void abandon(Future<Process> started) {
        parent.execute(() -> {
            if (started.state() == Future.State.SUCCESS) {
                started.resultNow().destroyForcibly();
            }
        });
    }

    @Override
    public void close() {
        parent.shutdownNow();
        try (var left = Files.newDirectoryStream(folder)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't tidy up the temporary folder", e);
        }
    }
}
