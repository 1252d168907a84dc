package dev.holdpoint.measure;

import dev.holdpoint.app.OpenStore;
import dev.holdpoint.event.Event.ThreadCreated;
import dev.holdpoint.event.Mode;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.JdbcJournal;
import dev.holdpoint.testing.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends a second, beside commits of a single row through the same pool. See deploy/measure-journal. */
class AppendFigures {

    private static final List<Integer> WRITERS = List.of(1, 50);
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final int SLICES = 6;
    private static final int ROUNDS = 4;
    /** As long as the body of the event that is appended. */
    private static final String BODY = "x".repeat(LongThread.question(0).text().length() + 40);

    private final AtomicLong rows = new AtomicLong();

    @TempDir
    Path folder = Path.of("");

    @Test
    void sqlite() throws Exception {
        try (OpenStore store = OpenStore.sqlite(folder.resolve("journal.db"))) {
            measure("SQLite", store);
        }
    }

    @Test
    void postgresql() throws Exception {
        try (OpenStore store = OpenStore.postgresql(Postgres.shared().newDatabase())) {
            measure("PostgreSQL", store);
        }
    }

    private void measure(String name, OpenStore store) throws Exception {
        try (Connection c = store.connections().getConnection();
                PreparedStatement s = c.prepareStatement("CREATE TABLE raw (id BIGINT PRIMARY KEY, body TEXT)")) {
            s.execute();
        }
        var journal = new JdbcJournal(store.database(), Clock.systemUTC(), "figures");
        for (int round = 1; round <= ROUNDS; round++) {
            for (int writers : WRITERS) {
                String figure = ratio(store, journal, writers);
                // The first round warms up.
                if (round > 1) {
                    System.out.println(name + ", " + writers + " at once: " + figure);
                }
            }
        }
    }

    /** In short slices by turns, so that whatever else the machine does meets both. */
    private String ratio(OpenStore store, JdbcJournal journal, int writers) throws Exception {
        List<Callable<?>> committing = new ArrayList<>();
        List<Callable<?>> appending = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            committing.add(() -> commitRow(store));
            appending.add(appending(journal));
        }
        double raw = 0;
        double ours = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            raw += perSecond(committing) / SLICES;
            ours += perSecond(appending) / SLICES;
        }
        return String.format(
                Locale.ROOT,
                "%,.0f appends a second, %,.0f commits of a single row: ratio %.2f",
                ours,
                raw,
                ours / raw);
    }

    private Void commitRow(OpenStore store) throws SQLException {
        try (Connection c = store.connections().getConnection();
                PreparedStatement s = c.prepareStatement("INSERT INTO raw (id, body) VALUES (?, ?)")) {
            s.setLong(1, rows.incrementAndGet());
            s.setString(2, BODY);
            s.executeUpdate();
            return null;
        }
    }

    /** Appends one event after the other to a thread of its own. */
    private static Callable<?> appending(JdbcJournal journal) {
        ThreadId thread = ThreadId.create();
        journal.append(thread, 0, List.of(new ThreadCreated(null, Mode.BUILD, Map.of())));
        long[] last = {1};
        return () -> journal.append(thread, last[0], List.of(LongThread.question(last[0]++)));
    }

    private static double perSecond(List<Callable<?>> writers) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(writers.size())) {
            long begun = System.nanoTime();
            long end = begun + SLICE.toNanos();
            List<Future<Long>> counts = writers.stream()
                    .map(w -> threads.submit(() -> countUntil(end, w)))
                    .toList();
            long done = 0;
            for (Future<Long> count : counts) {
                done += count.get();
            }
            return done * 1e9 / (System.nanoTime() - begun);
        }
    }

    private static long countUntil(long end, Callable<?> work) throws Exception {
        long done = 0;
        while (System.nanoTime() < end) {
            work.call();
            done++;
        }
        return done;
    }
}
