package dev.holdpoint.measure;

import dev.holdpoint.agent.Opening;
import dev.holdpoint.agent.ThreadState;
import dev.holdpoint.app.OpenStore;
import dev.holdpoint.event.Recorded;
import dev.holdpoint.event.ThreadId;
import dev.holdpoint.journal.JdbcJournal;
import dev.holdpoint.testing.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operation costs on a thread of 100 events, and on one of 100,000. See deploy/measure-journal. */
class GrowthFigures {

    private static final int SHORT = 101;
    private static final int LONG = 100_001;
    private static final int PAGE = 512;
    private static final int TIMES = 300;
    private static final int OPENINGS = 5;
    private static final int ROUNDS = 3;
    private static final int STEPS = 1_000;
    private static final long FOLLOWED_BYTES = 1 << 20;

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

    private record Grown(ThreadId thread, int events) {}

    private static void measure(String name, OpenStore store) throws Exception {
        var journal = new JdbcJournal(store.database(), Clock.systemUTC(), "figures");
        List<Grown> threads = List.of(new Grown(ThreadId.create(), SHORT), new Grown(ThreadId.create(), LONG));
        threads.forEach(t -> journal.load(t.thread, LongThread.events(t.thread, t.events)));
        for (int round = 1; round <= ROUNDS; round++) {
            for (Grown t : threads) {
                opening(name + ", round " + round, store, journal, t);
            }
        }
        steps(name, journal, threads);
        for (Grown t : threads) {
            held(name, journal, t);
        }
    }

    private static void opening(String name, OpenStore store, JdbcJournal journal, Grown t) throws Exception {
        int times = t.events == SHORT ? TIMES : OPENINGS;
        Sample rows = Sample.of(times, () -> rows(store, t.thread));
        Sample events = Sample.of(times, () -> events(journal, t.thread).size());
        List<Recorded> all = events(journal, t.thread);
        Sample fold = Sample.of(times, () -> Opening.fold(t.thread, all));
        Sample open = Sample.of(times, () -> Opening.open(journal, t.thread));
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %,d events, median (least): rows %s, rows parsed %s, fold alone %s, opened %s:"
                        + " %.2f (%.2f) ms for 1,000 events",
                name,
                all.size(),
                rows,
                events,
                fold,
                open,
                open.medianMillis() * 1000 / all.size(),
                open.leastMillis() * 1000 / all.size()));
    }

    /** Each step on each thread in turn, so that whatever else the machine does meets both. */
    private static void steps(String name, JdbcJournal journal, List<Grown> threads) throws Exception {
        Map<Grown, Map<String, long[]>> nanos = new HashMap<>();
        Map<Grown, Callable<?>> openings = new HashMap<>();
        for (Grown t : threads) {
            Callable<?> again = Opening.again(journal, t.thread);
            again.call();
            openings.put(t, again);
        }
        for (int i = 0; i < STEPS; i++) {
            for (Grown t : threads) {
                var of = nanos.computeIfAbsent(t, key -> new LinkedHashMap<>());
                for (var step :
                        steps(journal, t, openings.getOrDefault(t, () -> t)).entrySet()) {
                    long begun = System.nanoTime();
                    step.getValue().call();
                    of.computeIfAbsent(step.getKey(), key -> new long[STEPS])[i] = System.nanoTime() - begun;
                }
            }
        }
        for (Grown t : threads) {
            nanos.getOrDefault(t, Map.of())
                    .forEach((step, all) -> System.out.println(String.format(
                            Locale.ROOT,
                            "%s: %,d events: %s: median (least) %s",
                            name,
                            t.events,
                            step,
                            Sample.of(LongStream.of(all)))));
        }
    }

    private static Map<String, Callable<?>> steps(JdbcJournal journal, Grown t, Callable<?> again) {
        long last = journal.lastSeq(t.thread).orElseThrow();
        Map<String, Callable<?>> steps = new LinkedHashMap<>();
        steps.put("append", () -> journal.append(t.thread, last, List.of(LongThread.question(last))));
        steps.put("follow: read the newest", () -> journal.read(t.thread, last, 64, FOLLOWED_BYTES));
        steps.put("follow: read nothing new", () -> journal.read(t.thread, last + 1, 64, FOLLOWED_BYTES));
        steps.put("come back: read 50 from the middle", () -> journal.read(t.thread, t.events / 2, 50, FOLLOWED_BYTES));
        steps.put("open again, one event later", again);
        steps.put("summary", () -> journal.find(List.of(t.thread)));
        return steps;
    }

    /** What an opened thread holds in memory. */
    private static void held(String name, JdbcJournal journal, Grown t) {
        long before = usedAfterCollection();
        ThreadState state = Opening.open(journal, t.thread);
        long after = usedAfterCollection();
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %,d events: an opened thread holds %,d KiB",
                name,
                state.seq(),
                (after - before) / 1024));
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** All rows, page by page as a fold reads them, but not parsed. @return the characters of their bodies */
    private static long rows(OpenStore store, ThreadId thread) throws SQLException {
        long chars = 0;
        long after = 0;
        boolean more = true;
        while (more) {
            try (Connection c = store.connections().getConnection();
                    PreparedStatement s = c.prepareStatement("SELECT seq, at, type, body FROM event"
                            + " WHERE thread_id = ? AND seq > ? ORDER BY seq LIMIT ?")) {
                s.setString(1, thread.value());
                s.setLong(2, after);
                s.setInt(3, PAGE);
                int found = 0;
                try (ResultSet row = s.executeQuery()) {
                    while (row.next()) {
                        after = row.getLong(1);
                        chars += row.getLong(2) > 0
                                ? row.getString(3).length() + row.getString(4).length()
                                : 0;
                        found++;
                    }
                }
                more = found == PAGE;
            }
        }
        return chars;
    }

    private static List<Recorded> events(JdbcJournal journal, ThreadId thread) {
        List<Recorded> all = new ArrayList<>();
        List<Recorded> page = journal.read(thread, 0, PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = journal.read(thread, all.getLast().seq(), PAGE);
        }
        return all;
    }
}
