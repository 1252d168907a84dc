package dev.holdpoint.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarksTest {

    private static final String SECRET = "0123456789abcdef";

    private final Marks marks = new Marks(SECRET);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<String> words = new ArrayList<>();

    private void feed(String text) {
        marks.feed(text.getBytes(StandardCharsets.UTF_8), output::writeBytes, words::add);
    }

    private String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private static String mark(String word) {
        return "\0" + SECRET + " " + word + "\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16, 100})
    void marks_are_found_however_the_stream_is_cut(int size) {
        byte[] all = ("be\0fore" + mark("end 3") + "\0\0after" + mark("ready")).getBytes(StandardCharsets.UTF_8);

        for (int from = 0; from < all.length; from += size) {
            byte[] piece = Arrays.copyOfRange(all, from, Math.min(all.length, from + size));
            marks.feed(piece, output::writeBytes, words::add);
        }

        assertThat(output()).isEqualTo("be\0fore\0\0after");
        assertThat(words).containsExactly("end 3", "ready");
    }

    @Test
    void output_waits_only_while_it_may_be_a_mark() {
        feed("text\0" + SECRET.substring(0, 8));
        assertThat(output()).isEqualTo("text");

        feed("x");

        assertThat(output()).isEqualTo("text\0" + SECRET.substring(0, 8) + "x");
        assertThat(words).isEmpty();
    }

    @Test
    void what_is_too_long_for_a_mark_is_output() {
        String tooLong = "\0" + SECRET + " " + "x".repeat(500);

        feed(tooLong);

        assertThat(output()).isEqualTo(tooLong);
    }

    @Test
    void a_mark_with_another_secret_is_output() {
        String foreign = "\0fedcba9876543210 end 0\n";

        feed(foreign);

        assertThat(output()).isEqualTo(foreign);
        assertThat(words).isEmpty();
    }

    @Test
    void what_is_held_back_is_output_when_nothing_follows() {
        feed("\0" + SECRET + " en");

        marks.finish(output::writeBytes);

        assertThat(output()).isEqualTo("\0" + SECRET + " en");
    }
}
