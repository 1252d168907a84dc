package dev.holdpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stop reading harm nobody, are cut, and come back without a loss. */
class StreamsIT {

    private static final int READERS = 50;
    private static final int ANSWERS = 30;
    private static final int ANSWER_CHARS = 200_000;
    private static final Duration STALL = Duration.ofSeconds(4);
    private static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    Path folder = Path.of("");

    /** A service that would run out of memory, or of its one database connection, if it kept anything for readers. */
    private Launch launch(ScriptedEndpoint endpoint) {
        return new Launch(folder)
                .set("HOLDPOINT_MODEL_BASE_URL", endpoint.baseUrl().toString())
                .set("HOLDPOINT_STREAM_BUFFER_BYTES", "256KiB")
                .set("HOLDPOINT_STREAM_STALL_TIMEOUT", STALL.toSeconds() + "s")
                .javaOption("-Xmx256m")
                .javaOption("-Dquarkus.datasource.jdbc.max-size=1");
    }

    private static String largeThread(Service service, ScriptedEndpoint endpoint) {
        String thread = service.newThread();
        for (int i = 0; i < ANSWERS; i++) {
            endpoint.enqueue(Answer.text("x".repeat(ANSWER_CHARS)));
            service.chat(thread, "more").endsWithin(WAIT);
        }
        return thread;
    }

    private static List<String> ids(String stream) {
        List<String> ids = new ArrayList<>();
        // Only what an empty line ended was received.
        for (String block : stream.substring(0, stream.lastIndexOf("\n\n") + 1).split("\n\n", -1)) {
            Pattern.compile("(?m)^id: (\\d+)$").matcher(block).results().forEach(m -> ids.add(m.group(1)));
        }
        return ids;
    }

    @Test
    void readers_that_stop_are_cut_while_others_go_on_and_miss_nothing_when_they_come_back() throws Exception {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start();
                Service service = launch(endpoint).start()) {
            String thread = largeThread(service, endpoint);
            List<StoppedReader> stopped = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                stopped.add(StoppedReader.open(service.port(), "/api/threads/" + thread + "/events"));
            }

            endpoint.enqueue(Answer.text("one two three four").delay(20));
            Service.Chat other = service.chat(service.newThread(), "hello");

            assertThat(other.endsWithin(Duration.ofSeconds(5))).isTrue();
            assertThat(other.text()).contains("RUN_FINISHED");
            List<String> whole = ids(service.events(thread) + "\n");
            await("every reader to be cut").atMost(STALL.plus(WAIT)).until(() -> cuts(service) == READERS);
            await("all that was held for them to be let go")
                    .atMost(WAIT)
                    .until(() -> service.get("/q/metrics").contains("holdpoint_sse_clients 0.0"));
            assertThat(service.log()).doesNotContain("OutOfMemory").doesNotContain("ERROR");
            for (StoppedReader reader : stopped) {
                List<String> all = new ArrayList<>(ids(reader.received()));
                assertThat(all).as("what came before the cut").isNotEmpty().hasSizeLessThan(whole.size());
                all.addAll(ids(service.eventsAfter(thread, all.getLast()) + "\n"));
                assertThat(all).isEqualTo(whole);
            }
        }
    }

    private static long cuts(Service service) {
        return service.log()
                .lines()
                .filter(line -> line.contains("a stream was cut: its client took nothing for 4 s"))
                .count();
    }

    /** One event takes twice as long as a client may stand still. */
    @Test
    void a_reader_that_is_slow_but_reads_is_not_cut() throws Exception {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start();
                Service service = launch(endpoint).start()) {
            endpoint.enqueue(Answer.text("x".repeat(4_000_000)));
            String thread = service.newThread();
            service.chat(thread, "a lot").endsWithin(WAIT);

            String received = StoppedReader.open(service.port(), "/api/threads/" + thread + "/events?follow=false")
                    .readSlowly(50_000);

            assertThat(ids(received)).isEqualTo(ids(service.events(thread) + "\n"));
            assertThat(cuts(service)).isZero();
        }
    }
}
