package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chat;
import static dev.holdpoint.testing.Api.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import dev.holdpoint.testing.SseClient.Frame;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many streams at once on one process; {@code deploy/measure-streams} has more of them, and says how late they are. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class ManyStreamsTest {

    private static final int STREAMS = 100;
    private static final int TOKENS = 80;
    private static final long TOKEN_MILLIS = 50;
    private static final Duration LATE = Duration.ofSeconds(3);

    private final ScriptedEndpoint model = ServiceUnderTest.model();

    @BeforeEach
    void reset() {
        model.reset();
    }

    @Test
    void a_hundred_streams_of_twenty_tokens_a_second_are_all_whole_and_in_time() {
        String words = IntStream.range(0, TOKENS).mapToObj(i -> "w" + i + " ").collect(Collectors.joining());
        IntStream.range(0, STREAMS)
                .forEach(_ -> model.enqueue(Answer.text(words).delay(TOKEN_MILLIS)));
        List<String> threads =
                IntStream.range(0, STREAMS).mapToObj(_ -> thread()).toList();

        List<SseClient> streams = threads.stream().map(t -> chat(t, "count")).toList();

        long opened = System.nanoTime();
        streams.forEach(SseClient::awaitEnd);
        Duration took = Duration.ofNanos(System.nanoTime() - opened);
        assertThat(took).isLessThan(Duration.ofMillis(TOKENS * TOKEN_MILLIS).plus(LATE));
        assertThat(streams).allSatisfy(stream -> {
            List<Frame> pieces = stream.frames("TEXT_MESSAGE_CONTENT");
            assertThat(pieces.stream().map(f -> f.text("/delta")).collect(Collectors.joining()))
                    .isEqualTo(words);
            assertThat(pieces.size()).as("pieces, rather than all at the end").isGreaterThan(TOKENS / 2);
            assertThat(stream.types().getLast()).isEqualTo("RUN_FINISHED");
        });
    }
}
