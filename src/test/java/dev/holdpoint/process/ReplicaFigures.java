package dev.holdpoint.process;

import static org.awaitility.Awaitility.await;

import dev.holdpoint.journal.PostgresServer;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Postgres;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ScriptedRequest;
import dev.holdpoint.testing.SseClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one PostgreSQL: what the second one costs those who use it. See deploy/measure-replicas. */
class ReplicaFigures {

    private static final int TOKENS = 300;
    private static final long TOKEN_MILLIS = 50;
    private static final int DECISIONS = 40;
    private static final int TAKEOVERS = 3;
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final ScriptedEndpoint model = ScriptedEndpoint.start().answerBy(this::answer);
    /** When the model was asked, by what the person said. */
    private final Map<String, List<Long>> asked = new ConcurrentHashMap<>();

    private final PostgresServer database = Postgres.shared().newDatabase();

    @TempDir
    Path folder = Path.of("");

    private Service one;
    private Service two;

    private Answer answer(ScriptedRequest request) {
        String said = MarkingModel.mark(request);
        List<Long> times = asked.computeIfAbsent(said, key -> new CopyOnWriteArrayList<>());
        times.add(System.nanoTime());
        return switch (said.substring(0, said.indexOf(' '))) {
            case "count" ->
                Answer.text(IntStream.range(0, TOKENS)
                                .mapToObj(i -> "@" + i + " ")
                                .collect(Collectors.joining()))
                        .delay(TOKEN_MILLIS);
            case "ask" ->
                MarkingModel.results(request) == 0 ? Answer.call("write_todos", "{\"todos\":[]}") : Answer.text("done");
            default -> times.size() == 1 ? Answer.text("half of an answer").stallAfter(2) : Answer.text("whole");
        };
    }

    private Service start(String name, String lease) throws IOException {
        return new Launch(Files.createDirectories(folder.resolve(name)))
                .on(database)
                .set("WORKSPACE_ROOT", folder.resolve("workspaces").toString())
                .set("HOLDPOINT_INTERRUPT_ON", "write_todos")
                .set("HOLDPOINT_LEASE", lease)
                .set("HOLDPOINT_MODEL_BASE_URL", model.baseUrl().toString())
                .start()
                .awaitReady();
    }

    @BeforeEach
    void start() throws IOException {
        one = start("one", "15s");
        two = start("two", "15s");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        model.close();
    }

    @Test
    void tokens() throws Exception {
        tokens("warm-up", 1);
        tokens("1 thread", 1);
        tokens("10 threads", 10);
    }

    /** Each turn is begun on the first process, and followed there and on the second one. */
    private void tokens(String name, int threads) throws Exception {
        List<TokenReader> here = new ArrayList<>();
        List<TokenReader> there = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String thread = one.newThread();
            there.add(TokenReader.follow(two.port(), thread));
            here.add(TokenReader.chat(one.port(), thread, "count " + thread));
        }
        for (TokenReader reader : List.copyOf(here)) {
            reader.awaitTokens(TOKENS, WAIT);
        }
        List<Double> late = new ArrayList<>();
        int pieces = 0;
        for (int i = 0; i < threads; i++) {
            there.get(i).awaitTokens(TOKENS, WAIT);
            late.addAll(there.get(i).millisBehind(here.get(i)));
            pieces += there.get(i).pieces();
        }
        System.out.println(String.format(
                Locale.ROOT,
                "tokens on the second process behind the first, %s of 20 a second: %s, %d tokens in %d pieces",
                name,
                spread(late),
                late.size(),
                pieces));
        here.forEach(TokenReader::close);
        there.forEach(TokenReader::close);
    }

    @Test
    void decisions() throws Exception {
        List<Double> same = new ArrayList<>();
        List<Double> other = new ArrayList<>();
        for (int i = 0; i < DECISIONS; i++) {
            double here = decide("ask " + i, one);
            double there = decide("ask again " + i, two);
            // The first ones warm up.
            if (i >= DECISIONS / 4) {
                same.add(here);
                other.add(there);
            }
        }
        System.out.println(String.format(
                Locale.ROOT,
                "decision sent until the model is asked, through the process that asked for it: %s",
                spread(same)));
        System.out.println(String.format(Locale.ROOT, "the same through the other one: %s", spread(other)));
    }

    /** Parks a turn on the first process, and decides through one of them. @return milliseconds until it went on */
    private double decide(String said, Service through) {
        String thread = one.newThread();
        one.talk(thread, said).close();
        one.awaitStatus(thread, "interrupted", WAIT);
        long sent = System.nanoTime();
        through.post("/api/resume/" + thread, "{\"action\":\"approve\"}");
        long wentOn = awaitAsked(said, 2);
        through.awaitStatus(thread, "idle", WAIT);
        return (wentOn - sent) / 1e6;
    }

    private long awaitAsked(String said, int times) {
        await("the model to be asked")
                .atMost(WAIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> asked.getOrDefault(said, List.of()).size() >= times);
        return asked.getOrDefault(said, List.of()).get(times - 1);
    }

    @Test
    void takeover_with_the_default_lease() throws Exception {
        takeovers("15s");
    }

    @Test
    void takeover_with_a_short_lease() throws Exception {
        takeovers("3s");
    }

    private void takeovers(String lease) throws Exception {
        one.close();
        two.close();
        List<Double> goesOn = new ArrayList<>();
        List<Double> ended = new ArrayList<>();
        two = start("two", lease);
        for (int i = 0; i < TAKEOVERS; i++) {
            one = start("one", lease);
            String said = "hang " + lease + i;
            String thread = one.newThread();
            SseClient stream = one.talk(thread, said);
            stream.await("TEXT_MESSAGE_CONTENT");
            long killed = System.nanoTime();
            one.kill();
            goesOn.add((awaitAsked(said, 2) - killed) / 1e9);
            two.awaitStatus(thread, "idle", WAIT);
            ended.add((System.nanoTime() - killed) / 1e9);
        }
        System.out.println(String.format(
                Locale.ROOT,
                "HOLDPOINT_LEASE=%s: kill -9 until the other asks the model again %s s; until the turn is over %s s",
                lease,
                seconds(goesOn),
                seconds(ended)));
    }

    private static String seconds(List<Double> all) {
        return all.stream().map(s -> String.format(Locale.ROOT, "%.1f", s)).collect(Collectors.joining(", "));
    }

    private static String spread(List<Double> millis) {
        double[] all =
                millis.stream().flatMapToDouble(DoubleStream::of).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p95 %.1f ms, most %.1f ms (%d)",
                all[all.length / 2],
                all[(int) (all.length * 0.95)],
                all[all.length - 1],
                all.length);
    }
}
