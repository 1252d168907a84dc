package dev.holdpoint.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdpoint.event.Outcome;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutputRingTest {

    private static ProcessInfo process(@Nullable Outcome outcome) {
        return new ProcessInfo("p", "c", outcome, null, null, Instant.EPOCH, null, 0);
    }

    private static ProcessOutput running(OutputRing ring, long after) {
        return ProcessOutput.of(process(null), ring.from(after), after);
    }

    @Test
    void all_is_kept_up_to_the_bound_and_the_end_beyond_it() {
        OutputRing ring = new OutputRing(10_000);
        StringBuilder all = new StringBuilder();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String more = String.valueOf((char) ('a' + i % 26)).repeat(random.nextInt(i == 200 ? 25_000 : 400));
            all.append(more);
            ring.add(more.getBytes(UTF_8));

            int from = Math.max(0, all.length() - 10_000);
            assertThat(running(ring, 0).text()).isEqualTo(all.substring(from));
            assertThat(running(ring, 0).from()).isEqualTo(from);
            assertThat(ring.size()).isEqualTo(all.length());
        }
    }

    @Test
    void whoever_follows_gets_each_byte_once() {
        OutputRing ring = new OutputRing(1024);
        ring.add("one\n".getBytes(UTF_8));
        ProcessOutput first = running(ring, 0);
        ring.add("two\n".getBytes(UTF_8));

        ProcessOutput second = running(ring, first.next());

        assertThat(first.text() + second.text()).isEqualTo("one\ntwo\n");
        assertThat(running(ring, second.next()).text()).isEmpty();
        assertThat(running(ring, 1_000_000).next()).isEqualTo(8);
    }

    @Test
    void a_character_that_is_not_complete_comes_when_it_is() {
        OutputRing ring = new OutputRing(1024);
        byte[] smile = "x\uD83D\uDE00".getBytes(UTF_8);
        ring.add(new byte[] {smile[0], smile[1], smile[2]});
        ProcessOutput first = running(ring, 0);
        ring.add(new byte[] {smile[3], smile[4]});

        assertThat(first.text()).isEqualTo("x");
        assertThat(running(ring, first.next()).text()).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void what_is_no_text_is_shown_as_such_when_no_more_comes() {
        OutputRing ring = new OutputRing(1024);
        ring.add(new byte[] {'a', (byte) 0xF0, (byte) 0x9F});

        ProcessOutput output = ProcessOutput.of(process(Outcome.EXITED), ring.from(0), 0);

        assertThat(output.text()).isEqualTo("a\uFFFD");
        assertThat(output.next()).isEqualTo(3);
    }

    @Test
    void what_is_kept_begins_with_a_whole_character() {
        OutputRing ring = new OutputRing(1024);
        ring.add("é".repeat(600).getBytes(UTF_8));
        ring.add(new byte[] {'!'});

        ProcessOutput output = running(ring, 0);

        assertThat(output.text()).isEqualTo("é".repeat(511) + "!");
        assertThat(output.from()).isEqualTo(178);
    }
}
