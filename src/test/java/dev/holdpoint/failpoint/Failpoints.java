package dev.holdpoint.failpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the marked methods call. A hit is written down before anything else happens; at the one that is armed, the process
 * ends at once, as if it were killed, or stands still. All state is in files, so that it survives that.
 */
public final class Failpoints {

    /** The exit code of a process that was ended here. */
    public static final int KILLED = 137;

    static final String HITS = "hits";
    static final String ARMED = "armed";
    static final String PAUSE = "pause ";

    private static final long LAST_NANOS = 2_000_000_000;

    private static volatile @Nullable Path folder;

    private Failpoints() {}

    static void keepIn(Path place) {
        folder = place;
    }

    /** @return what to {@link #leave} with; null where nothing is to be marked */
    public static @Nullable String enter(String seam, Object[] arguments) {
        Seam step = Seam.valueOf(seam);
        if (step.isNested()) {
            return null;
        }
        String name = step.name(arguments);
        hit("before:" + name);
        return name;
    }

    public static void leave(@Nullable String name) {
        if (name != null) {
            hit("after:" + name);
        }
    }

    private static synchronized void hit(String name) {
        Path place = folder;
        if (place == null) {
            return;
        }
        try {
            List<String> before = lines(place.resolve(HITS));
            long count = before.stream().filter(h -> h.startsWith(name + "#")).count() + 1;
            String hit = name + "#" + count;
            Files.writeString(place.resolve(HITS), hit + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            List<String> armed = lines(place.resolve(ARMED));
            if (armed.contains(hit)) {
                Runtime.getRuntime().halt(KILLED);
            } else if (armed.contains(PAUSE + hit)) {
                pause();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stands still until somebody lets the process go on; all other threads are back at work before this one. */
    private static void pause() throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        Process kill = new ProcessBuilder("kill", "-STOP", pid).start();
        kill.onExit().join();
        LockSupport.parkNanos(LAST_NANOS);
    }

    static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
