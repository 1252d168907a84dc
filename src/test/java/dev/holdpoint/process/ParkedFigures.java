package dev.holdpoint.process;

import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What threads cost that wait for a person: memory, and time at the start. See deploy/measure-parked. */
class ParkedFigures {

    private static final int THREADS = Integer.getInteger("figures.threads", 1_000);
    private static final int WARM_UP = 300;
    private static final int CLIENTS = 8;
    private static final int STARTS = 5;
    private static final Duration WAIT = Duration.ofMinutes(3);

    private final ScriptedEndpoint model = ScriptedEndpoint.start()
            .answerBy(request -> Answer.call("execute", "{\"command\":\"echo one line of output\"}"));

    @TempDir
    Path folder = Path.of("");

    @AfterEach
    void stop() {
        model.close();
    }

    private Launch launch(String name, Store store) throws IOException {
        return new Launch(Files.createDirectories(folder.resolve(name)))
                .on(store)
                .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString());
    }

    @ParameterizedTest
    @EnumSource
    void parked(Store store) throws Exception {
        Launch none = launch("none", store);
        Launch many = launch("many", store);
        none.start().close();
        memory(store, many);
        starts(store, none, many);
    }

    private static void memory(Store store, Launch many) throws Exception {
        try (Service service = many.start().awaitReady()) {
            // What the first requests leave behind belongs to none of the threads.
            List<String> first = threads(service, WARM_UP);
            park(service, first, WARM_UP);
            forEach(first, thread -> service.delete("/api/threads/" + thread));
            Footprint before = Footprint.of(service.pid());
            List<String> made = threads(service, THREADS);
            Footprint idle = Footprint.of(service.pid());
            park(service, made, THREADS);
            Footprint parked = Footprint.of(service.pid());
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s: before %s; with %,d idle threads %s; the same parked %s",
                    store,
                    before,
                    THREADS,
                    idle,
                    parked));
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s: an idle thread %s, a parked one %s",
                    store,
                    idle.since(before, THREADS),
                    parked.since(before, THREADS)));
        }
    }

    private static List<String> threads(Service service, int count) throws Exception {
        String[] made = new String[count];
        forEach(IntStream.range(0, count).boxed().toList(), i -> made[i] = service.newThread());
        return Arrays.asList(made);
    }

    /** Leaves each of them waiting for a decision, with nobody connected. */
    private static void park(Service service, List<String> threads, int waiting) throws Exception {
        forEach(threads, thread -> service.talk(thread, "please do it").close());
        await("all to wait for a person")
                .atMost(WAIT)
                .until(() -> service.get("/q/metrics").contains("holdpoint_turns_waiting " + (double) waiting + "\n"));
    }

    private interface Work<T> {
        void on(T item) throws Exception;
    }

    private static <T> void forEach(List<T> items, Work<T> work) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = items.stream()
                    .<Future<?>>map(item -> clients.submit(() -> {
                        work.on(item);
                        return null;
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** By turns, so that whatever else the machine does meets both. */
    private static void starts(Store store, Launch none, Launch many) throws Exception {
        double[] without = new double[STARTS];
        double[] with = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            without[i] = secondsToReady(none);
            with[i] = secondsToReady(many);
        }
        System.out.println(
                String.format(Locale.ROOT, "%s: start to ready without threads %s s", store, inOrder(without)));
        System.out.println(String.format(
                Locale.ROOT, "%s: start to ready with %,d parked threads %s s", store, THREADS, inOrder(with)));
        try (Service service = many.start().awaitReady();
                Service empty = none.start().awaitReady()) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s: after a start, with them %s; without %s",
                    store,
                    Footprint.of(service.pid()),
                    Footprint.of(empty.pid())));
        }
    }

    private static double secondsToReady(Launch launch) {
        long begun = System.nanoTime();
        try (Service service = launch.start().awaitReady()) {
            double seconds = (System.nanoTime() - begun) / 1e9;
            service.terminate();
            service.awaitEnd(Duration.ofSeconds(30));
            return seconds;
        }
    }

    private static String inOrder(double[] seconds) {
        return Arrays.stream(seconds)
                .sorted()
                .mapToObj(s -> String.format(Locale.ROOT, "%.2f", s))
                .toList()
                .toString();
    }
}
