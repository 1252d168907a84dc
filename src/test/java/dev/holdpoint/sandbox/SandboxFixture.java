package dev.holdpoint.sandbox;

import dev.holdpoint.event.ThreadId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens real sandboxes on a folder of their own. */
public abstract class SandboxFixture {

    protected static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    protected Path folder;

    protected SandboxSettings settings;
    protected Workspaces workspaces;
    protected Sandboxes sandboxes;
    protected final ThreadId thread = ThreadId.create();

    protected abstract SandboxSettings settings(Path root, Path shared);

    protected abstract Sandboxes make(SandboxSettings settings, Workspaces workspaces);

    @BeforeEach
    void open() throws IOException {
        // A folder that others can't enter, as many a home is: sandboxes must work there too.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(shared.resolve("note.txt"), "for all");
        settings = settings(folder.resolve("workspaces"), shared);
        workspaces = Workspaces.open(settings);
        sandboxes = make(settings, workspaces);
        Optional<String> problem = sandboxes.problem();
        if (problem.isPresent()) {
            throw new AssertionError("these tests need the real thing: " + problem.get());
        }
    }

    @AfterEach
    void close() {
        sandboxes.remove(thread);
        sandboxes.close();
    }

    /** A command's result with all it printed. */
    protected record Ran(ExecResult result, Recording output, Duration took) {

        public String out() {
            return output.out();
        }
    }

    protected Ran run(String command) throws SandboxUnavailable, InterruptedException {
        return run(command, LONG);
    }

    protected Ran run(String command, Duration timeout) throws SandboxUnavailable, InterruptedException {
        return run(thread, command, timeout);
    }

    protected Ran run(ThreadId in, String command, Duration timeout) throws SandboxUnavailable, InterruptedException {
        Recording output = new Recording();
        long start = System.nanoTime();
        ExecResult result = sandboxes.of(in).exec(new ExecRequest(command, timeout), output);
        return new Ran(result, output, Duration.ofNanos(System.nanoTime() - start));
    }

    protected void write(String path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sandboxes.of(thread).files().write(path, new ByteArrayInputStream(bytes), bytes.length);
    }

    protected String read(String path) throws IOException {
        try (var in = sandboxes.of(thread).files().read(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
